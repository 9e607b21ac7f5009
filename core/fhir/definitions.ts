import { types } from './generated/definitions.ts';

/** One type that an element may take. `targets` bounds a literal reference; without it any resource type may be named. */
export interface ElementType {
  readonly name: string;
  readonly targets?: readonly string[];
}

/** One element of an R4 type, as its StructureDefinition states it. */
export interface ElementRule {
  /** `family`, or `value[x]` for a choice. */
  readonly name: string;
  readonly required: boolean;
  readonly many: boolean;
  readonly types: readonly ElementType[];
  /** Value set of a required binding: `observation-status`. */
  readonly codes?: string;
  /** Value set beyond which a weaker binding must not go: `all-languages`. */
  readonly limit?: string;
}

const parsed = new Map<string, readonly ElementRule[]>();

/**
 * The elements of a resource type, datatype or backbone (`Patient.contact`), with those it inherits; undefined for a type
 * that the tables do not hold (a primitive is no table).
 */
export function elementsOf(type: string): readonly ElementRule[] | undefined {
  const known = parsed.get(type);
  if (known !== undefined) return known;
  const table = Object.hasOwn(types, type) ? types[type] : undefined;
  if (table === undefined) return undefined;
  const inherited = table.base === '' ? [] : (elementsOf(table.base) ?? []);
  const rules = [...inherited, ...table.elements.map(parseElement)];
  parsed.set(type, rules);
  return rules;
}

/** Whether this is the name of an element anywhere in R4's tables: only such a name may be printed from a resource. */
export function isElementName(name: string): boolean {
  elementNames ??= collectNames();
  return elementNames.has(name);
}

let elementNames: ReadonlySet<string> | undefined;

function collectNames(): ReadonlySet<string> {
  const names = Object.keys(types).flatMap((type) => (elementsOf(type) ?? []).flatMap(namesOf));
  return new Set(names.flatMap((name) => [name, `_${name}`]));
}

/** The JSON names of an element: its own, or one for each type of a choice (`valueQuantity`, `valueString`). */
export function namesOf(rule: ElementRule): readonly string[] {
  return rule.types.map((type) => jsonName(rule, type));
}

/** The JSON name of an element when it takes this type. */
export function jsonName(rule: ElementRule, type: ElementType): string {
  if (!rule.name.endsWith('[x]')) return rule.name;
  const word = type.name === 'SimpleQuantity' || type.name === 'MoneyQuantity' ? 'Quantity' : type.name;
  return rule.name.slice(0, -3) + word.charAt(0).toUpperCase() + word.slice(1);
}

/** Reads `status 1..1 code =observation-status`, the line that `tools/generate-fhir-checks.ts` writes. */
function parseElement(line: string): ElementRule {
  const [name = '', cardinality = '', typeList = '', set = ''] = line.split(' ');
  const rule = {
    name,
    required: cardinality.startsWith('1'),
    many: cardinality.endsWith('*'),
    types: typeList.split('|').map(parseType),
  };
  if (set === '') return rule;
  return set.startsWith('<') ? { ...rule, limit: set.slice(1) } : { ...rule, codes: set.slice(1) };
}

function parseType(text: string): ElementType {
  const open = text.indexOf('(');
  return open < 0 ? { name: text } : { name: text.slice(0, open), targets: text.slice(open + 1, -1).split(',') };
}
