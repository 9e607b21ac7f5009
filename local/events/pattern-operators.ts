import { BlockList, isIP } from 'node:net';
import { PatternError } from './pattern-error.ts';

export type Scalar = string | number | boolean | null;
/** Whether one leaf value of an event passes. */
export type Test = (value: Scalar) => boolean;

/**
 * The comparison operators of event patterns (EventBridge user guide, "Comparison operators for use in event
 * patterns"), each as a maker of a test. A maker throws `PatternError` for an argument that EventBridge refuses.
 */
export const OPERATORS: Readonly<Record<string, (argument: unknown) => Test>> = {
  prefix: (argument) => affix(argument, 'prefix'),
  suffix: (argument) => affix(argument, 'suffix'),
  'equals-ignore-case': equalsIgnoreCase,
  wildcard: wildcard,
  numeric: numeric,
  cidr: cidr,
  'anything-but': anythingBut,
};

function text(argument: unknown, operator: string): string {
  if (typeof argument === 'string') return argument;
  throw new PatternError(`${operator} match pattern must be a string`);
}

/** The only entry of an object such as `{"prefix": ...}`. */
export function singleEntry(value: object): readonly [string, unknown] {
  const entries = Object.entries(value);
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new PatternError('Only one key allowed in match expression');
  return entry;
}

function affix(argument: unknown, operator: 'prefix' | 'suffix'): Test {
  const holds = (value: string, part: string): boolean =>
    operator === 'prefix' ? value.startsWith(part) : value.endsWith(part);
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [name, inner] = singleEntry(argument);
    if (name !== 'equals-ignore-case') throw new PatternError(`Unsupported ${operator} pattern`);
    const folded = text(inner, operator).toLowerCase();
    return (value) => typeof value === 'string' && holds(value.toLowerCase(), folded);
  }
  const part = text(argument, operator);
  return (value) => typeof value === 'string' && holds(value, part);
}

function equalsIgnoreCase(argument: unknown): Test {
  const folded = text(argument, 'equals-ignore-case').toLowerCase();
  return (value) => typeof value === 'string' && value.toLowerCase() === folded;
}

/** `*` stands for any characters, `\*` and `\\` for themselves; two stars in a row are refused. */
function wildcard(argument: unknown): Test {
  const pattern = text(argument, 'wildcard');
  const parts = pattern.match(/\\.|\*|[^*\\]+|\\$/gs) ?? [];
  const source = parts.map((part, at) => {
    if (part === '*') {
      if (parts[at + 1] === '*') throw new PatternError('Consecutive wildcard characters');
      return '.*';
    }
    if (part.startsWith('\\') && part !== '\\*' && part !== '\\\\')
      throw new PatternError('Invalid escape character in wildcard');
    const literal = part.startsWith('\\') ? part.slice(1) : part;
    return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  const expression = new RegExp(`^${source.join('')}$`, 's');
  return (value) => typeof value === 'string' && expression.test(value);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
/** Limits that EventBridge puts on numbers in a pattern. */
const HIGHEST = 5_000_000_000;

function numeric(argument: unknown): Test {
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) {
    throw new PatternError('Value of numeric must be an array of one or two comparisons');
  }
  const [first, , second] = argument as unknown[];
  const isRange = ['>', '>='].includes(String(first)) && ['<', '<='].includes(String(second));
  if (argument.length === 4 && !isRange) throw new PatternError('Bad numeric range operator');
  const comparisons: ((value: number) => boolean)[] = [];
  for (let at = 0; at < argument.length; at += 2) {
    const compare = COMPARISONS[String(argument[at])];
    const bound: unknown = argument[at + 1];
    if (!compare) throw new PatternError('Unrecognized numeric range operator');
    if (typeof bound !== 'number' || Math.abs(bound) > HIGHEST)
      throw new PatternError('Value of a numeric comparison must be a number within limits');
    comparisons.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
}

function cidr(argument: unknown): Test {
  const [address = '', bits = ''] = text(argument, 'cidr').split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    throw new PatternError('Malformed CIDR');
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) => {
    const kind = typeof value === 'string' ? isIP(value) : 0;
    return kind === family && block.check(String(value), kind === 4 ? 'ipv4' : 'ipv6');
  };
}

const NEGATED = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

function anythingBut(argument: unknown): Test {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [name, inner] = singleEntry(argument);
    const make = NEGATED.includes(name) ? OPERATORS[name] : undefined;
    if (!make) throw new PatternError('Unsupported anything-but pattern');
    const excluded = listOf(inner).map(make);
    return (value) => !excluded.some((holds) => holds(value));
  }
  const values: readonly unknown[] = listOf(argument);
  const isUniform =
    values.every((value) => typeof value === 'string') || values.every((value) => typeof value === 'number');
  if (!isUniform) throw new PatternError('Inside anything-but list, either all values are numbers or all are strings');
  return (value) => !values.some((excluded) => excluded === value);
}

function listOf(argument: unknown): unknown[] {
  const values = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  if (values.length === 0) throw new PatternError('Empty arrays are not allowed');
  return values;
}
