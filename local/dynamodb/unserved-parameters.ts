import { ServiceError } from '../wire.ts';

/**
 * Refuses what dynalite would ignore: any parameter, at any depth, that its own tables of types do not name, such as
 * `ReturnValuesOnConditionCheckFailure`, `StreamSpecification` or `SSESpecification`. Throws `ValidationException`.
 */
export function refuseUnserved(input: object, types: Readonly<Record<string, unknown>>): void {
  checkFields(input, types, '');
  const values = input as Record<string, unknown>;
  if ((values['ReturnItemCollectionMetrics'] ?? 'NONE') !== 'NONE') throw unserved('ReturnItemCollectionMetrics');
}

function unserved(path: string): ServiceError {
  return new ServiceError(
    'com.amazon.coral.validate#ValidationException',
    `${path} is not implemented by the embedded cloud`,
  );
}

function checkFields(value: object, fields: Readonly<Record<string, unknown>>, path: string): void {
  for (const [name, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue;
    if (!Object.hasOwn(fields, name)) throw unserved(`${path}${name}`);
    check(inner, fields[name], `${path}${name}.`);
  }
}

/** Follows one of dynalite's type descriptions: `{ type: 'List' | 'Map<X>' | 'ValueStruct<X>' ..., children }`. */
function check(value: unknown, description: unknown, path: string): void {
  if (typeof description !== 'object' || description === null || typeof value !== 'object' || value === null) return;
  const { type = '', children } = description as { type?: string; children?: unknown };
  if (typeof children !== 'object' || children === null) return;
  if (/^(ValueStruct|FieldStruct|Struct)\b/.test(type)) checkFields(value, children as Record<string, unknown>, path);
  // The keys of a map are names and values of the client's, which an error must not repeat.
  else for (const element of Object.values(value)) check(element, children, path);
}
