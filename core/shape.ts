/** Shapes of task inputs: small schemas that name every problem at once and never quote a value. */
export type Shape<T> = (value: unknown, path: string, problems: string[]) => T;

const check =
  <T>(expected: string, holds: (value: unknown) => boolean): Shape<T> =>
  (value, path, problems) => {
    if (!holds(value)) problems.push(`${path || 'input'}: expected ${expected}`);
    return value as T;
  };

export const text = check<string>('a text', (value) => typeof value === 'string' && value !== '');
export const anyText = check<string>('a text', (value) => typeof value === 'string');
export const integer = check<number>('an integer', Number.isSafeInteger);
export const flag = check<boolean>('true or false', (value) => typeof value === 'boolean');

export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value, path, problems) =>
    value === undefined || value === null ? undefined : shape(value, path, problems);

export const list =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value, path, problems) => {
    if (!Array.isArray(value)) problems.push(`${path}: expected a list`);
    return Array.isArray(value) ? value.map((entry, index) => shape(entry, `${path}[${index}]`, problems)) : [];
  };

export const object =
  <S extends Record<string, Shape<unknown>>>(shapes: S): Shape<{ readonly [K in keyof S]: ReturnType<S[K]> }> =>
  (value, path, problems) => {
    if (typeof value !== 'object' || value === null) problems.push(`${path || 'input'}: expected an object`);
    const source = (value ?? {}) as Record<string, unknown>;
    const entries = Object.entries(shapes).map(([name, shape]) => [
      name,
      shape(source[name], path === '' ? name : `${path}.${name}`, problems),
    ]);
    return Object.fromEntries(entries) as { readonly [K in keyof S]: ReturnType<S[K]> };
  };

/** An input that is not of its shape: the text names paths and what was expected there, never what was found. */
export class ShapeError extends Error {
  override readonly name = 'InternalFault';
}

/** Reads a value of a shape; throws `InternalFault` that lists every problem. */
export function read<T>(shape: Shape<T>, value: unknown): T {
  const problems: string[] = [];
  const result = shape(value, '', problems);
  if (problems.length > 0) throw new ShapeError(`Unexpected input: ${problems.join('; ')}`);
  return result;
}
