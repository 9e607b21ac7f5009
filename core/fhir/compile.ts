import { codeCheck, hasCodingOf } from './code-sets.ts';
import { type ElementRule, type ElementType, elementsOf, jsonName } from './definitions.ts';
import { objectOf } from './fields.ts';
import type { Findings } from './findings.ts';
import { type PrimitiveCheck, primitiveChecks } from './primitives.ts';
import { checkTargets } from './targets.ts';

/** Checks one value that is not a primitive, and reports what is wrong to the findings. */
export type ComplexCheck = (value: unknown, at: Findings) => void;

/** What is known of one JSON property of a type. */
export interface Property {
  readonly name: string;
  readonly many: boolean;
  /** Bits of the type's required elements that this property answers, and of the choice it belongs to. */
  readonly required: number;
  readonly choice: number;
  readonly primitive: PrimitiveCheck | undefined;
  readonly complex: ComplexCheck | undefined;
  /** `_birthDate`: holds id and extensions of a primitive. */
  readonly shadow: boolean;
}

/** A type ready to check: its properties by JSON name, and the names behind the bits. */
export interface CompiledType {
  readonly properties: ReadonlyMap<string, Property>;
  readonly requiredNames: readonly string[];
  /** All required bits. */
  readonly required: number;
}

/** How the compiler reaches the check of another type; given from outside, because types refer to each other. */
export type CheckOf = (type: string) => ComplexCheck;

/** Turns a type's element rules into a flat structure; undefined for a type that the tables do not hold. */
export function compileType(type: string, checkOf: CheckOf): CompiledType | undefined {
  const rules = elementsOf(type);
  if (rules === undefined) return undefined;
  const requiredNames = rules.filter((rule) => rule.required).map((rule) => rule.name);
  const choices = rules.filter((rule) => rule.types.length > 1 && rule.name.endsWith('[x]')).map((rule) => rule.name);
  const properties = new Map<string, Property>();
  for (const rule of rules) {
    const required = bitOf(requiredNames.indexOf(rule.name));
    const choice = bitOf(choices.indexOf(rule.name));
    for (const one of rule.types) addProperty(properties, { rule, type: one, required, choice }, checkOf);
  }
  return { properties, requiredNames, required: requiredNames.length === 0 ? 0 : 2 ** requiredNames.length - 1 };
}

function bitOf(index: number): number {
  return index < 0 ? 0 : 2 ** index;
}

interface Draft {
  readonly rule: ElementRule;
  readonly type: ElementType;
  readonly required: number;
  readonly choice: number;
}

function addProperty(properties: Map<string, Property>, draft: Draft, checkOf: CheckOf): void {
  const { rule, type, required, choice } = draft;
  const name = jsonName(rule, type);
  const primitive = primitiveOf(rule, type);
  const complex = primitive === undefined ? complexOf(rule, type, checkOf) : undefined;
  const common = { many: rule.many, required, choice };
  properties.set(name, { ...common, name, primitive, complex, shadow: false });
  if (primitive === undefined) return;
  properties.set(`_${name}`, {
    ...common,
    name: `_${name}`,
    primitive: undefined,
    complex: lazily('Element', checkOf),
    shadow: true,
  });
}

function primitiveOf(rule: ElementRule, type: ElementType): PrimitiveCheck | undefined {
  const set = rule.codes ?? rule.limit;
  return set !== undefined && type.name === 'code' ? codeCheck(set) : primitiveChecks.get(type.name);
}

function complexOf(rule: ElementRule, type: ElementType, checkOf: CheckOf): ComplexCheck {
  const check = lazily(type.name, checkOf);
  const { codes, limit } = rule;
  if (codes !== undefined && type.name === 'CodeableConcept') {
    return (value, at) => {
      check(value, at);
      const concept = objectOf(value);
      if (concept !== undefined && !hasCodingOf(codes, concept)) at.report('code-not-in-set');
    };
  }
  if (limit !== undefined && type.name === 'CodeableConcept') {
    return (value, at) => {
      check(value, at);
      const concept = objectOf(value);
      // A text alone goes beyond no set.
      if (concept?.['coding'] !== undefined && !hasCodingOf(limit, concept)) at.report('code-not-in-set');
    };
  }
  if (type.name !== 'Reference') return check;
  const targets = type.targets === undefined ? undefined : new Set(type.targets);
  return (value, at) => {
    check(value, at);
    checkTargets(value, targets, at);
  };
}

/** Types are compiled when a value first needs them, so that a start pays for none. */
function lazily(type: string, checkOf: CheckOf): ComplexCheck {
  let check: ComplexCheck | undefined;
  return (value, at) => {
    check ??= checkOf(type);
    check(value, at);
  };
}
