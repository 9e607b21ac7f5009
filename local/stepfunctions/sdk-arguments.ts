/**
 * Reads the schemas that the generated clients of the AWS SDK carry, so that a parameter that the API does not know is
 * an error here as it is in Step Functions; the client itself would drop it in silence.
 */
type Schema = unknown;
type Json = unknown;

const SIMPLE = 0;
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;
/** Simple types that hold a text: string, blob and streaming blob. */
const TEXTUAL = [0, 21, 42];

interface Shape {
  readonly kind: number;
  readonly value?: Schema;
  readonly members?: ReadonlyMap<string, Schema>;
}

function read(schema: Schema): Shape {
  if (typeof schema === 'function') return read(schema());
  if (!Array.isArray(schema)) return numeric(schema);
  if (typeof schema[0] !== 'number') return read(schema[0]);
  if (schema[0] === LIST) return { kind: LIST, value: schema[4] };
  if (schema[0] === MAP) return { kind: MAP, value: schema[5] };
  if (schema[0] === SIMPLE) return read(schema[4]);
  const names = schema[4] as string[];
  const types = schema[5] as Schema[];
  return { kind: schema[0], members: new Map(names.map((name, index) => [name, types[index]])) };
}

/** A number is a simple type, with bits for a list and a map of it. */
function numeric(schema: Schema): Shape {
  const bits = typeof schema === 'number' ? schema : -1;
  if (bits >= 128) return { kind: MAP, value: bits - 128 };
  if (bits >= 64) return { kind: LIST, value: bits - 64 };
  return { kind: SIMPLE, value: bits };
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The input schema of a command. */
export function inputSchema(command: { readonly schema?: unknown }): Schema {
  return Array.isArray(command.schema) ? command.schema[4] : undefined;
}

/**
 * Arguments in Step Functions' PascalCase as the API names them; an object where the API takes a text becomes JSON
 * (Step Functions developer guide, "supported-services-awssdk"). Unknown parameters are added to `unknown`.
 */
export function toApi(schema: Schema, value: Json, at: string, unknown: string[]): Json {
  const shape = read(schema);
  if (typeof value !== 'object' || value === null) return value;
  if (shape.kind === SIMPLE) return TEXTUAL.includes(Number(shape.value)) ? JSON.stringify(value) : value;
  if (Array.isArray(value)) return value.map((part, index) => toApi(shape.value, part, `${at}[${index}]`, unknown));
  const entries = Object.entries(value).map(([key, part]) => {
    const here = at === '' ? key : `${at}.${key}`;
    if (shape.kind !== STRUCTURE && shape.kind !== UNION) return [key, toApi(shape.value, part, here, unknown)];
    const name = [...(shape.members?.keys() ?? [])].find((member) => capital(member) === key);
    if (name === undefined) {
      unknown.push(here);
      return [key, part];
    }
    return [name, toApi(shape.members?.get(name), part, here, unknown)];
  });
  return Object.fromEntries(entries);
}

interface Streaming {
  readonly transformToString: () => Promise<string>;
}

/** A client's result as Step Functions gives it: PascalCase, times as ISO texts, streams as texts, no metadata. */
export async function fromApi(value: unknown): Promise<unknown> {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return value;
  if ('transformToString' in value) return (value as Streaming).transformToString();
  if (Array.isArray(value)) return Promise.all(value.map(fromApi));
  const kept = Object.entries(value).filter(([key, part]) => key !== '$metadata' && part !== undefined);
  return Object.fromEntries(
    await Promise.all(kept.map(async ([key, part]) => [capital(key), await fromApi(part)] as const)),
  );
}
