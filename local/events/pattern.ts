import { readJson } from './json.ts';
import { PatternError } from './pattern-error.ts';
import { OPERATORS, type Scalar, singleEntry, type Test } from './pattern-operators.ts';

/** Whether an event matches. */
export type Pattern = (event: unknown) => boolean;
/** Over the leaf values that an event holds at one place; none when the place is absent. */
type LeafTest = (values: readonly Scalar[]) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Compiles an event pattern (EventBridge user guide, "Creating event patterns"): fields are joined by AND, the values
 * of a leaf's array by OR; types are exact, so `"1234"` is not `1234`; an event's array matches when one element does,
 * and the fields below an array of objects must match in the same element. Numbers compare by value, where EventBridge
 * compares their spelling (`300` against `300.0`). Throws `PatternError`.
 */
export function compilePattern(source: string): Pattern {
  const pattern = compileObject(parse(source));
  return (event) => isFields(event) && pattern(event);
}

function parse(source: string): Fields {
  const value = readJson(source);
  if (!isFields(value)) throw new PatternError('Event pattern must be a JSON object');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileObject(fields: Fields): (event: Fields) => boolean {
  const tests = Object.entries(fields).map(([name, inner]) =>
    name === '$or' ? compileOr(inner) : compileField(name, inner),
  );
  if (tests.length === 0) throw new PatternError('Empty objects are not allowed');
  return (event) => tests.every((holds) => holds(event));
}

function compileOr(alternatives: unknown): (event: Fields) => boolean {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isFields)) {
    throw new PatternError('$or needs an array of two or more objects');
  }
  const tests = alternatives.map(compileObject);
  return (event) => tests.some((holds) => holds(event));
}

function compileField(name: string, inner: unknown): (event: Fields) => boolean {
  if (Array.isArray(inner)) {
    const leaf = compileLeaf(inner);
    return (event) => leaf(leaves(event[name]));
  }
  if (!isFields(inner)) throw new PatternError('A field must hold an object or an array');
  const below = compileObject(inner);
  return (event) => {
    const objects = elements(event[name]).filter(isFields);
    // With nothing there, `exists: false` further down still holds.
    return objects.length === 0 ? below({}) : objects.some(below);
  };
}

function compileLeaf(alternatives: readonly unknown[]): LeafTest {
  if (alternatives.length === 0) throw new PatternError('Empty arrays are not allowed');
  const tests = alternatives.map(compileAlternative);
  return (values) => tests.some((holds) => holds(values));
}

function compileAlternative(alternative: unknown): LeafTest {
  if (Array.isArray(alternative)) throw new PatternError('An array may not hold an array');
  if (!isFields(alternative)) return (values) => values.includes(alternative as Scalar);
  const [operator, argument] = singleEntry(alternative);
  if (operator === 'exists') {
    if (typeof argument !== 'boolean') throw new PatternError('exists match pattern must be true or false');
    return (values) => values.length > 0 === argument;
  }
  const make = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!make) throw new PatternError('Unrecognized match type');
  const test: Test = make(argument);
  return (values) => values.some(test);
}

/** The value itself, or the elements of arrays in arrays. */
function elements(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]).flat(Number.POSITIVE_INFINITY) : [value];
}

function leaves(value: unknown): Scalar[] {
  return elements(value).filter((element): element is Scalar => element === null || typeof element !== 'object');
}
