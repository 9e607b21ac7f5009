import { createHash, randomUUID } from 'node:crypto';

/** What the expressions may ask of the outside. */
export interface ExpressionSources {
  readonly now: () => number;
  readonly random: () => number;
}

interface AwsFunction {
  readonly signature: string;
  readonly run: (...values: never[]) => unknown;
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function refuse(message: string): never {
  throw Object.assign(new Error(message), { code: 'D3141' });
}

function partition(list: unknown[] | undefined, size: number): unknown[][] | undefined {
  if (list === undefined) return undefined;
  const width = Math.floor(size);
  if (!(width >= 1)) refuse('$partition expects a chunk size above zero');
  return Array.from({ length: Math.ceil(list.length / width) }, (_, index) =>
    list.slice(index * width, (index + 1) * width),
  );
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0 || !Number.isFinite(step)) refuse('$range expects a step that is not zero');
  const count = Math.floor((last - first) / step) + 1;
  if (count > 1_000_000) refuse('$range would give too many numbers');
  return Array.from({ length: Math.max(count, 0) }, (_, index) => first + index * step);
}

function hash(text: string | undefined, algorithm: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = HASHES[algorithm ?? 'SHA-256'] ?? refuse('$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512');
  return createHash(name).update(text, 'utf8').digest('hex');
}

/** Mulberry32: a seed gives the same number every time, as `$random(seed)` promises. */
function seeded(seed: number): number {
  const mixed = Math.imul((seed + 0x6d2b79f5) ^ ((seed + 0x6d2b79f5) >>> 15), 1 | (seed + 0x6d2b79f5));
  const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32;
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return refuse('$parse expects a JSON text');
  }
}

/** The functions that AWS adds to JSONata, and `$eval`, which it takes away (developer guide, "transforming-data"). */
export function awsFunctions(sources: ExpressionSources): Readonly<Record<string, AwsFunction>> {
  return {
    partition: { signature: '<an:a>', run: partition },
    range: { signature: '<nnn:a<n>>', run: range },
    hash: { signature: '<s-s?:s>', run: hash },
    random: { signature: '<n?:n>', run: (seed?: number) => (seed === undefined ? sources.random() : seeded(seed)) },
    uuid: { signature: '<:s>', run: () => randomUUID() },
    parse: { signature: '<s-:x>', run: parse },
    millis: { signature: '<:n>', run: () => sources.now() },
    eval: { signature: '<sx?:x>', run: () => refuse('$eval is not supported; use $parse') },
  };
}

/** Every function that an expression may call by name: JSONata 2.0.6's own, less `$eval`, and AWS's. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(
  (
    'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl ' +
    'decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase ' +
    'formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge millis min not now ' +
    'number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt ' +
    'string substring substringAfter substringBefore sum toMillis trim type uppercase zip hash parse partition range uuid'
  ).split(' '),
);
