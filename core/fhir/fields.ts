/** A JSON object whose shape is not yet known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value when it is a JSON object; undefined for anything else. */
export function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The value when it is a list; nothing for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is text; nothing for anything else. `String(value)` would throw on an object with a `toString` of its own. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
