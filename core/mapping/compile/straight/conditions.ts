import type { Condition, Operand, Position } from '../../rule.ts';
import type { MapCode } from './map-code.ts';
import { NoForm } from './map-code.ts';

/** What a condition may look at beside its map: the field and repetition of its row. */
export interface RowPlace {
  readonly field: number;
  /** The code of the repetition: `n`, or `1`. */
  readonly repetition: string;
}

/** A literal. One letter beyond ASCII would make V8 hold the whole module at two bytes a letter. */
export const word = (text: unknown): string =>
  (JSON.stringify(text) ?? 'undefined').replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A condition's tree as an expression; `link-condition.ts` tells what each means. */
export function conditionCode(condition: Condition, code: MapCode, row: RowPlace): string {
  switch (condition.op) {
    case 'and':
      return joined(condition.of, ' && ', code, row);
    case 'or':
      return joined(condition.of, ' || ', code, row);
    case 'not':
      return `!${conditionCode(condition.of, code, row)}`;
    case 'valued':
      return valuedCode(condition.at, code, row);
    case 'in':
      return isOneOf(condition.values, operandCode(condition.left, code, row), code);
    case 'compare':
      return `(${operandCode(condition.left, code, row)} ${signs[condition.sign]} ${word(condition.right)})`;
    default:
      return condition satisfies never;
  }
}

const signs = { '=': '===', '!=': '!==', '<': '<', '>': '>', '<=': '<=', '>=': '>=' } as const;

function joined(of: readonly Condition[], between: string, code: MapCode, row: RowPlace): string {
  return `(${of.map((part) => conditionCode(part, code, row)).join(between)})`;
}

function isOneOf(values: readonly string[], left: string, code: MapCode): string {
  if (values.length === 1) return `(${left} === ${word(values[0])})`;
  return `${code.link(`new Set(${word(values)})`)}.has(${left})`;
}

function operandCode(operand: Operand, code: MapCode, row: RowPlace): string {
  switch (operand.kind) {
    case 'event':
      return 'run.event';
    case 'text':
      return textCode(operand.at, code, row);
    case 'count':
      return countCode(operand.at, code);
    case 'length':
      return `${wholeCode(operand.at, code, row)}.length`;
    default:
      return operand satisfies never;
  }
}

function valuedCode(at: Position, code: MapCode, row: RowPlace): string {
  const text = `${textCode(at, code, row)} !== ''`;
  return at.kind === 'field' && at.component === 0 ? `(${text} || ${wholeCode(at, code, row)} !== '')` : `(${text})`;
}

function countCode(at: Position, code: MapCode): string {
  const { field, segment } = fieldOf(at);
  if (segment !== code.form.segment) return `(env.other(${word(segment)})?.repetitions(${field}) ?? 0)`;
  return code.isNarrowed(field) ? '1' : `s.repetitions(${field})`;
}

function wholeCode(at: Position, code: MapCode, row: RowPlace): string {
  const { field, component, segment } = fieldOf(at);
  if (component !== 0) return textCode(at, code, row);
  if (segment !== code.form.segment) return `wholeOf(env.other(${word(segment)}), ${field}, 1)`;
  return `wholeOf(s, ${field}, ${repetitionOf(field, code, row)})`;
}

type FieldPosition = Extract<Position, { kind: 'field' }>;

function fieldOf(at: Position): FieldPosition {
  if (at.kind !== 'field') throw new NoForm('components are not counted');
  return at;
}

/** The text that `Env.text` gives: without the blanks around it, `''` for the HL7 null. */
function textCode(at: Position, code: MapCode, row: RowPlace): string {
  const sub = at.kind === 'column' ? 1 : Math.max(at.sub, 1);
  if (at.kind === 'component') return code.once(`t${at.component}_${sub}`, `p.text(${at.component}, ${sub})`);
  const { field, component: whole, segment } = fieldOf(at);
  const component = Math.max(whole, 1);
  const isOwn = segment === code.form.segment;
  const repetition = isOwn ? repetitionOf(field, code, row) : '1';
  const read = isOwn ? 's' : `env.other(${word(segment)})`;
  const text = `textOf(${read}, ${field}, ${repetition}, ${component}, ${sub})`;
  return repetition === '1' ? code.once(`t${isOwn ? '' : segment}${field}_${component}_${sub}`, text) : text;
}

function repetitionOf(field: number, code: MapCode, row: RowPlace): string {
  if (code.isNarrowed(field)) return 'env.only';
  return field === row.field ? row.repetition : '1';
}
