import type { Hl7Message } from './message.ts';

/** A position in a message, all numbers 1-based (chapter 2.5). What is not given is the first, or the whole. */
export interface Position {
  readonly segment: string;
  readonly occurrence?: number;
  readonly field?: number;
  readonly repetition?: number;
  readonly component?: number;
  readonly subcomponent?: number;
}

const shape =
  /^([A-Z][A-Z0-9]{2})(?:\[([1-9]\d{0,4})\])?(?:-([1-9]\d{0,3})(?:\[([1-9]\d{0,3})\])?(?:\.([1-9]\d{0,3})(?:\.([1-9]\d{0,3}))?)?)?$/;

/** Reads `PID-5.1`, `OBX[2]-5[1].1.2` or `PV1`; undefined for anything else. */
export function parsePath(text: string): Position | undefined {
  const parts = shape.exec(text);
  if (parts === null) return undefined;
  const [, segment = '', ...numbers] = parts;
  const names = ['occurrence', 'field', 'repetition', 'component', 'subcomponent'] as const;
  const stated = names.flatMap((name, at) => (numbers[at] === undefined ? [] : [[name, Number(numbers[at])] as const]));
  return { segment, ...Object.fromEntries(stated) };
}

/** Writes a position as `parsePath` reads it. */
export function formatPath(position: Position): string {
  const { segment, occurrence, field, repetition, component, subcomponent } = position;
  const bracket = (number: number | undefined): string => (number === undefined ? '' : `[${number}]`);
  const place = segment + bracket(occurrence);
  if (field === undefined) return place;
  const whole = `${place}-${field}${bracket(repetition)}`;
  if (component === undefined) return whole;
  return subcomponent === undefined ? `${whole}.${component}` : `${whole}.${component}.${subcomponent}`;
}

/** Decoded text at a position, `''` when empty; undefined when the message lacks the segment or the path is none. */
export function valueAt(message: Hl7Message, path: string | Position): string | undefined {
  const at = typeof path === 'string' ? parsePath(path) : path;
  if (at?.field === undefined) return undefined;
  const segment = message.all(at.segment)[(at.occurrence ?? 1) - 1];
  return segment?.text(at.field, at.repetition, at.component, at.subcomponent);
}
