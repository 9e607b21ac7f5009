import { checkExpression, type ExpressionPlace } from './check-expression.ts';
import type { FieldKind } from './definition-fields.ts';
import { type Expressions, expressionText } from './expressions.ts';

/** One fault of a definition, with its place as a JSON pointer. */
export interface DefinitionFault {
  readonly location: string;
  readonly message: string;
}

export type Report = (location: string, message: string) => void;

/** What a whole-number field may be, and whether an expression may stand for it. */
const NUMBER_RANGES: Partial<Record<FieldKind, readonly [number, number]>> = {
  count: [0, 99_999_999],
  positive: [1, 99_999_999],
  percentage: [0, 100],
};

/** Reports every expression in a template that does not parse or reads what it cannot read here. */
export function checkTemplate(
  value: unknown,
  at: string,
  place: ExpressionPlace,
  expressions: Expressions,
  report: Report,
): void {
  if (typeof value === 'string') checkText(value, at, place, expressions, report);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (!Array.isArray(value) && key.endsWith('.$'))
      report(`${at}/${key}`, 'a JSONPath field; this machine is JSONata');
    checkTemplate(part, `${at}/${key}`, place, expressions, report);
  }
}

function checkText(value: string, at: string, place: ExpressionPlace, expressions: Expressions, report: Report): void {
  const text = expressionText(value);
  if (text === undefined) {
    if (value.trim().startsWith('{%') || value.trim().endsWith('%}'))
      report(at, 'an expression must be the whole string, without spaces around {% and %}');
    return;
  }
  try {
    for (const problem of checkExpression(expressions.tree(text), place)) report(at, problem);
  } catch (error) {
    const { code, position } = error as { code?: string; position?: number };
    report(at, `the JSONata expression does not parse: ${code ?? 'error'} at character ${position ?? 0}`);
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isExpression = (value: unknown): boolean => expressionText(value) !== undefined;

/** Kinds of which the value alone says whether it fits, and what it must be. */
const PLAIN_KINDS: Partial<Record<FieldKind, readonly [fits: (value: unknown) => boolean, must: string]>> = {
  text: [isText, 'must be a string'],
  next: [isText, 'must be a string'],
  resource: [isText, 'must be a string'],
  'text-expression': [isText, 'must be a string or an expression'],
  true: [(value) => value === true, 'must be true'],
  jsonata: [(value) => value === 'JSONata', 'must be "JSONata"; JSONPath is not implemented by the embedded cloud'],
  condition: [(value) => isExpression(value) || typeof value === 'boolean', 'must be an expression'],
  'list-template': [(value) => isExpression(value) || Array.isArray(value), 'must be an array or an expression'],
  label: [
    (value) => isText(value) && /^[^\s?*<>{}[\]:;,\\|^~$#%&`"]{1,40}$/.test(value),
    'must be a label of 1 to 40 characters',
  ],
};

/** Fields whose kind says everything; kinds with parts of their own are checked by `check-definition.ts`. */
export function checkPlainField(kind: FieldKind, value: unknown, at: string, report: Report): void {
  const range = NUMBER_RANGES[kind];
  if (range && !isExpression(value)) checkNumber(value, range, at, report);
  const rule = PLAIN_KINDS[kind];
  if (rule && !rule[0](value)) report(at, rule[1]);
}

function checkNumber(value: unknown, [least, most]: readonly [number, number], at: string, report: Report): void {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  if (!fits) report(at, `must be a whole number from ${least} to ${most}, or an expression`);
}

/** `Assign`: an object of variables; `states` is AWS's own name. */
export function checkAssign(value: unknown, at: string, taken: ReadonlySet<string>, report: Report): void {
  if (!isObject(value)) {
    report(at, 'must be an object');
    return;
  }
  for (const name of Object.keys(value)) {
    if (!/^[\p{ID_Start}][\p{ID_Continue}]{0,79}$/u.test(name)) report(`${at}/${name}`, 'is not a variable name');
    if (name === 'states') report(`${at}/${name}`, '$states is reserved');
    if (taken.has(name)) report(`${at}/${name}`, 'the variable belongs to an outer scope and cannot be assigned here');
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function checkKeys(
  value: Record<string, unknown>,
  allowed: readonly string[],
  at: string,
  report: Report,
): void {
  for (const key of Object.keys(value)) if (!allowed.includes(key)) report(`${at}/${key}`, 'the field is unknown here');
}
