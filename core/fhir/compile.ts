import { codeCheck, codesOf, hasCodingOf } from './code-sets.ts';
import { type ElementRule, type ElementType, elementsOf, jsonName, namesOf } from './definitions.ts';
import type { Fields } from './fields.ts';
import type { Findings } from './findings.ts';
import { type Invariant, invariants } from './invariants.ts';
import { type PrimitiveCheck, primitiveChecks } from './primitives.ts';
import { type Targets, targetsOf } from './targets.ts';
import { type UsualForm, usualForms } from './usual.ts';

/** What is asked of a value that is an object, beyond its own elements. */
type Bound = (fields: Fields, at: Findings) => void;

/** What is known of one JSON property of a type. All have one shape, because every value of a resource passes here. */
export interface Property {
  readonly name: string;
  readonly many: boolean;
  /** Bits of the type's required elements that this property answers, and of the choice it belongs to. */
  readonly required: number;
  readonly choice: number;
  /** The bit by which the type's invariants know it. */
  readonly mark: number;
  readonly primitive: PrimitiveCheck | undefined;
  /** Texts that stand here, and the form in which most are written; what is neither is left to `primitive`. */
  readonly known: ReadonlySet<string> | undefined;
  readonly usual: UsualForm | undefined;
  /** The type of a value that is no primitive. */
  readonly type: string;
  /** `_birthDate`: holds id and extensions of a primitive. */
  readonly shadow: boolean;
  /** What a Reference may point to, and what a concept must hold. */
  readonly targets: Targets | undefined;
  readonly bound: Bound | undefined;
  /** The type's table, once a value needed it: types are compiled one by one, so that a start pays for none. */
  compiled: CompiledType | undefined;
  /** What came after this property in the last object: objects of a type are mostly written in one order. */
  next: Property;
}

/** An invariant, with its names as marks. */
export interface MarkedInvariant {
  readonly key: string;
  readonly holds: Invariant['holds'];
  readonly where: number;
  readonly spared: number;
}

/** A type ready to check: its properties by JSON name, and the names behind the bits. */
export interface CompiledType {
  readonly properties: ReadonlyMap<string, Property>;
  readonly requiredNames: readonly string[];
  /** All required bits. */
  readonly required: number;
  readonly invariants: readonly MarkedInvariant[];
  /** The marks that ask for an invariant. */
  readonly asking: number;
  /** Stands before the first property. */
  readonly start: Property;
}

/** The mark that every object bears, and the mark of one that has a property unknown to its type. */
export const always = 1;
export const strange = 2;
const firstMark = 4;
const mostMarks = 28;

/** Turns a type's element rules into a flat structure; undefined for a type that the tables do not hold. */
export function compileType(type: string, isResource: boolean): CompiledType | undefined {
  const rules = elementsOf(type);
  if (rules === undefined) return undefined;
  const requiredNames = rules.filter((rule) => rule.required).map((rule) => rule.name);
  const choices = rules.filter((rule) => rule.types.length > 1 && rule.name.endsWith('[x]')).map((rule) => rule.name);
  const held = (invariants.get(type) ?? []).map((invariant) => withNames(invariant, rules));
  const marked = [...new Set(held.flatMap(({ where, spared }) => [...where, ...spared]))];
  if (marked.length > mostMarks) throw new Error(`The invariants of ${type} name too many elements`);
  const properties = new Map<string, Property>();
  if (isResource) add(properties, { name: 'resourceType', primitive: anyText });
  for (const rule of rules) {
    const required = bitOf(requiredNames.indexOf(rule.name));
    const choice = bitOf(choices.indexOf(rule.name));
    for (const one of rule.types) addProperty(properties, { rule, type: one, required, choice, marked });
  }
  const checks = held.map((invariant) => withMarks(invariant, marked));
  return {
    properties,
    requiredNames,
    required: requiredNames.length === 0 ? 0 : 2 ** requiredNames.length - 1,
    invariants: checks,
    asking: checks.reduce((asking, one) => asking | one.where, strange),
    start: startOf(properties),
  };
}

/** Stands before the first property; what comes next is one of the table from the start, since any text may be a key. */
function startOf(properties: ReadonlyMap<string, Property>): Property {
  const start = propertyOf({ name: '' });
  start.next = [...properties.values()][0] ?? start;
  return start;
}

function bitOf(index: number): number {
  return index < 0 ? 0 : 2 ** index;
}

/** The name of a resource's type is read before its elements are. */
function anyText(): undefined {
  return undefined;
}

/** The invariant with the JSON names of each choice it names. */
function withNames(invariant: Invariant, rules: readonly ElementRule[]): Invariant {
  const jsonNames = (name: string): readonly string[] => rules.filter((rule) => rule.name === name).flatMap(namesOf);
  return { ...invariant, where: invariant.where.flatMap(jsonNames), spared: invariant.spared.flatMap(jsonNames) };
}

function withMarks(invariant: Invariant, marked: readonly string[]): MarkedInvariant {
  const marksOf = (names: readonly string[]): number => names.reduce((marks, name) => marks | markOf(name, marked), 0);
  const { key, holds, where, spared } = invariant;
  return { key, holds, where: where.length === 0 ? always : marksOf(where), spared: marksOf(spared) };
}

function markOf(name: string, marked: readonly string[]): number {
  return firstMark * bitOf(marked.indexOf(name));
}

/** A property of this name, and what is stated of it. */
function propertyOf(stated: Partial<Property> & { readonly name: string }): Property {
  const property = {
    // A text that was cut from a longer one is compared letter by letter, a key by where it stands in memory.
    name: Object.keys({ [stated.name]: stated })[0] ?? '',
    many: stated.many ?? false,
    required: stated.required ?? 0,
    choice: stated.choice ?? 0,
    mark: stated.mark ?? 0,
    primitive: stated.primitive,
    known: stated.known,
    usual: stated.usual,
    type: stated.type ?? '',
    shadow: stated.shadow ?? false,
    targets: stated.targets,
    bound: stated.bound,
    compiled: undefined,
    next: undefined as unknown as Property,
  };
  property.next = property;
  return property;
}

function add(properties: Map<string, Property>, stated: Partial<Property> & { readonly name: string }): void {
  const property = propertyOf(stated);
  properties.set(property.name, property);
}

interface Draft {
  readonly rule: ElementRule;
  readonly type: ElementType;
  readonly required: number;
  readonly choice: number;
  readonly marked: readonly string[];
}

function addProperty(properties: Map<string, Property>, draft: Draft): void {
  const { rule, type, required, choice, marked } = draft;
  const name = jsonName(rule, type);
  const primitive = primitiveOf(rule, type);
  const common = { many: rule.many, required, choice };
  if (primitive !== undefined) {
    add(properties, { ...common, name, mark: markOf(name, marked), primitive, ...usualOf(rule, type) });
    add(properties, { ...common, name: `_${name}`, type: 'Element', shadow: true });
    return;
  }
  const targets = type.name === 'Reference' ? targetsOf(type.targets) : undefined;
  const bound = boundOf(rule, type);
  add(properties, { ...common, name, mark: markOf(name, marked), type: type.name, targets, bound });
}

function primitiveOf(rule: ElementRule, type: ElementType): PrimitiveCheck | undefined {
  const set = rule.codes ?? rule.limit;
  if (set !== undefined && type.name === 'code') return codeCheck(set);
  return primitiveChecks.get(type.name);
}

/** What most values of a primitive are; a code that is bound to a set has no form but the set's. */
function usualOf(rule: ElementRule, type: ElementType): Pick<Property, 'known' | 'usual'> {
  const set = rule.codes ?? rule.limit;
  if (set !== undefined && type.name === 'code') return { known: codesOf(set), usual: undefined };
  return { known: undefined, usual: usualForms.get(type.name) };
}

function boundOf(rule: ElementRule, type: ElementType): Bound | undefined {
  if (type.name !== 'CodeableConcept') return undefined;
  const { codes, limit } = rule;
  if (codes !== undefined) {
    return (concept, at) => {
      if (!hasCodingOf(codes, concept)) at.report('code-not-in-set');
    };
  }
  if (limit === undefined) return undefined;
  return (concept, at) => {
    // A text alone goes beyond no set.
    if (concept['coding'] !== undefined && !hasCodingOf(limit, concept)) at.report('code-not-in-set');
  };
}
