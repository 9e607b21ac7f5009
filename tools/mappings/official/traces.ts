import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConverter } from '../../../core/mapping/convert.ts';
import type { CompiledFeed } from '../../../core/mapping/feed.ts';
import { compileFeed } from '../../../core/mapping/feed.ts';
import { readYaml } from '../read-yaml.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where messages lie below `../shared/data/hl7v2`. */
const SAMPLES = ['guide-tests', 'converter-samples', 'edge', 'simhospital-1013.hl7'];

/**
 * Converts every fixture and sample message and answers what wrote an element: `PID-Patient PID-5.r1`,
 * `HL70001-AdministrativeGender F`, `via dateTime`, and for message tables `ORU_R01.r4 OBX-Observation`.
 */
export function writtenRows(root: string, samples: string): ReadonlySet<string> {
  const fixtures = join(root, 'test/fixtures/hl7v2');
  const written = new Set<string>();
  const converter = createConverter(openFeed(join(fixtures, 'feed.yaml')), { sha256 }, { trace: true, envelope: true });
  for (const path of [fixtures, ...SAMPLES.map((name) => join(samples, name))]) {
    for (const message of messagesBelow(path)) {
      const { trace } = converter.convertMessage(new Uint8Array(message));
      for (const row of trace?.written ?? []) written.add(row);
    }
  }
  return written;
}

// The fixtures' feed, open to any patient number and any processing id: what is asked is which rows can write.
function openFeed(path: string): CompiledFeed {
  const compiled = compileFeed(readYaml(readFileSync(path, 'utf8')).value, path);
  if (!compiled.ok) throw new Error(`${path} is no feed`);
  return {
    ...compiled.value,
    processingIds: ['P', 'T', 'D', ''],
    patient: (['PID-3', 'PID-2'] as const).map((field) => ({ field, type: '', authority: '' })),
  };
}

function messagesBelow(path: string): readonly Buffer[] {
  if (!existsSync(path)) return [];
  if (path.endsWith('.hl7')) return messagesOf(readFileSync(path));
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.hl7'))
    .toSorted()
    .flatMap((file) => messagesOf(readFileSync(join(path, file))));
}

// Each starts with MSH at the beginning of a line; Latin-1 keeps the bytes as they are.
function messagesOf(bytes: Buffer): readonly Buffer[] {
  const parts = bytes.toString('latin1').split(/(?<=[\r\n])(?=MSH[^A-Za-z0-9])/);
  return parts.map((part) => Buffer.from(part, 'latin1'));
}
