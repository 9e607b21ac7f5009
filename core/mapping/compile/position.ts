import type { Position } from '../rule.ts';

/** What a row stands in: it decides how a position is written. */
export type RowHome =
  | { readonly kind: 'segment'; readonly name: string }
  | { readonly kind: 'datatype'; readonly name: string }
  | { readonly kind: 'table'; readonly name: string };

const FIELD = /^([A-Z][A-Z0-9]{2})-(\d{1,3})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?$/;
const COMPONENT = /^([A-Z]{2,3})\.(\d{1,2})(?:\.(\d{1,2}))?$/;
const COLUMN = /^[A-Za-z_][A-Za-z0-9_ ]*$/;

/**
 * Reads a position as the standard writes it: `PID-5`, `PID-5.1`, `PID-3.4.2` in a segment map, `XPN.1`, `XPN.1.2` in a
 * datatype map, a column's name in a CSV table. Undefined when the text is no position of that home.
 */
export function parsePosition(text: string, home: RowHome): Position | undefined {
  if (home.kind === 'table') return COLUMN.test(text) ? { kind: 'column', column: text } : undefined;
  if (home.kind === 'datatype') {
    const parts = COMPONENT.exec(text);
    if (parts === null || parts[1] !== home.name) return undefined;
    return { kind: 'component', component: Number(parts[2]), sub: Number(parts[3] ?? 0) };
  }
  const parts = FIELD.exec(text);
  if (parts?.[1] === undefined) return undefined;
  return {
    kind: 'field',
    segment: parts[1],
    field: Number(parts[2]),
    component: Number(parts[3] ?? 0),
    sub: Number(parts[4] ?? 0),
  };
}
