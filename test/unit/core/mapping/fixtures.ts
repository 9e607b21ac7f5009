import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Converter } from '../../../../core/mapping/convert.ts';
import { createConverter } from '../../../../core/mapping/convert.ts';
import type { CompiledFeed } from '../../../../core/mapping/feed.ts';
import { compileFeed } from '../../../../core/mapping/feed.ts';
import { readYaml } from '../../../../tools/mappings/read-yaml.ts';

export const root = join(import.meta.dirname, '../../../..');

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function feedAt(path: string): CompiledFeed {
  const compiled = compileFeed(readYaml(readFileSync(join(root, path), 'utf8')).value, path);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues, undefined, 1));
  return compiled.value;
}

export function converterOf(path: string): Converter {
  return createConverter(feedAt(path), { sha256 });
}

/** A converter that tells what each row did. */
export function tracingConverterOf(path: string): Converter {
  return createConverter(feedAt(path), { sha256 }, { trace: true });
}

/** A converter that makes the envelope too. */
export function enclosingConverterOf(path: string, trace = false): Converter {
  return createConverter(feedAt(path), { sha256 }, { envelope: true, trace });
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Paths of the fixtures below a folder, relative to it; none is a mistake of the caller. */
export function fixturesOf(folder: string, ending: string): readonly string[] {
  const found = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return found.filter((file) => file.endsWith(ending)).toSorted();
}

/** The golden text of a fixture; with UPDATE_GOLDENS=1 it is written first. */
export function goldenOf(path: string, actual: string): string {
  const golden = join(root, path.replace(/\.\w+$/, '.golden.json'));
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden, actual);
  return existsSync(golden) ? readFileSync(golden, 'utf8') : '';
}

export const goldenText = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
