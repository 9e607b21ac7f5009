import { describe, expect, it } from 'vitest';
import { layout } from '../../../../core/layout.ts';
import type { Frame } from '../../../../core/ledger/chunk.ts';
import type { MessageOutcome } from '../../../../core/ledger/states.ts';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import type { StagedNote } from '../../../../core/merge/staged-note.ts';
import type { StagedLine } from '../../../../core/merge/statement.ts';
import { parseLines } from '../../../../core/ndjson.ts';
import { convert, type Ports } from '../../../../tasks/Convert/step.ts';
import { keyedHash, memoryLedger, memoryObjects, sha256 } from '../../../support/memory-ports.ts';

const patientId = 'aaaaaaaa-0000-8000-8000-000000000000';
const noteId = 'bbbbbbbb-0000-8000-8000-000000000000';

/** What a message comes to is told by its bytes: `!` is a defect, `~` has a note. */
function conversionOf(text: string): Conversion {
  if (text.startsWith('!')) throw new TypeError(`Cannot read ${text}`);
  const resources = [
    {
      ...{ type: 'Patient', id: patientId, root: `Patient/${patientId}`, authority: 2, rank: 0 },
      slots: { 'name#usual': { value: { name: [{ family: 'One' }] }, from: 'PID-5' } },
    },
    {
      ...{ type: 'DocumentReference', id: noteId, root: `DocumentReference/${noteId}`, authority: 2, rank: 0 },
      slots: { content: { value: { content: [{ attachment: { contentType: 'text/plain' } }] }, from: 'OBX-5' } },
    },
  ];
  const note = { resource: `DocumentReference/${noteId}`, root: `DocumentReference/${noteId}`, patient: 'Patient/a' };
  return {
    ...{
      state: 'mapped',
      messageType: 'ADT^A01',
      time: { epochMs: 1, precision: 6, sequence: 0 },
      resources,
      issues: [],
    },
    notes: text.startsWith('~') ? [{ ...note, from: 'OBX-5', text }] : [],
  };
}

async function received(texts: readonly string[], batch = 'b') {
  const ports = {
    ...{ objects: memoryObjects(), ledger: memoryLedger(), sha256, keyedHash: async () => keyedHash, work: 'work' },
    partitions: 4,
    source: {
      converter: () => ({
        convertMessage: (bytes: Uint8Array) => conversionOf(new TextDecoder().decode(bytes)),
        convertRecord: () => conversionOf(''),
      }),
      mappingVersion: 1,
    } as Ports['source'],
  } satisfies Ports;
  const frames: Frame[] = [];
  let at = 0;
  for (const [index, text] of texts.entries()) {
    frames.push([index + 1, at, at + text.length]);
    at += text.length;
  }
  await ports.objects.put({ bucket: 'inbox', key: 'drop' }, texts.join(''));
  await ports.objects.put({ bucket: 'work', key: layout.feed('f') }, JSON.stringify({ feed: 'feed' }));
  await ports.ledger.createBatch({
    ...{ batch, tenant: 'demo', feed: 'feed', bucket: 'inbox', key: 'drop', version: '', size: at, arrivedAt: 1 },
    ...{ state: 'split', feedHash: 'f', format: 'hl7v2', source: { bucket: 'inbox', key: 'drop', size: at } },
  });
  const event = (careful = false) => ({ batch, chunk: { chunk: 0, frames }, careful });
  const lines = <T>(key: string) => parseLines<T>(ports.objects.text('work', key) ?? '');
  return { ports, event, outcomes: () => lines<MessageOutcome>(layout.outcomes(batch, 0)), lines };
}

describe('Convert', () => {
  it('sets a message aside that meets a defect of ours, and stages its neighbours', async () => {
    const { ports, event, outcomes } = await received(['one', '!SMITH', 'two']);
    expect(await convert(event(), ports)).toEqual({ chunk: 0, staged: 2, ended: 1 });
    expect(outcomes().map(({ state, reason }) => reason ?? state)).toEqual(['staged', 'internal-fault', 'staged']);
    expect([...ports.objects.held].filter(([key]) => key.startsWith('work/')).join()).not.toContain('SMITH');
  });

  it('leaves a whole chunk as it is, though a message of it would be a duplicate by now', async () => {
    const { ports, event, outcomes } = await received(['one', 'two']);
    const first = await convert(event(), ports);
    const hash = outcomes()[0]?.hash ?? '';
    await ports.ledger.takeSeen('demo', hash, { batch: 'other', ordinal: 1 });
    expect(await convert(event(), ports)).toEqual(first);
    expect(outcomes()[0]?.state).toBe('staged');
  });

  it('converts a chunk again that another cut or another mapping made', async () => {
    const { ports, event } = await received(['one', 'two']);
    await convert(event(), ports);
    const { chunk } = event();
    const smaller = { ...event(), chunk: { ...chunk, frames: chunk.frames.slice(0, 1) } };
    expect(await convert(smaller, ports)).toMatchObject({ staged: 1 });
    const newer = { ...ports, source: { ...ports.source, mappingVersion: 2 } };
    expect(await convert(event(), newer)).toMatchObject({ staged: 2 });
  });

  it('SEMANTICS 8.2: same feed and same bytes is a duplicate, the end of the line left out', async () => {
    const { ports, event, outcomes } = await received(['one\r', 'two\r\n']);
    await convert(event(), ports);
    const hashes = outcomes().map(({ hash }) => hash ?? '');
    const later = await received(['two', 'one\n'], 'c');
    for (const hash of hashes) await later.ports.ledger.takeSeen('demo', hash, { batch: 'b', ordinal: 1 });
    expect(await convert(later.event(), later.ports)).toEqual({ chunk: 0, staged: 0, ended: 2 });
    expect(later.outcomes().map(({ state }) => state)).toEqual(['duplicate', 'duplicate']);
  });

  it('SEMANTICS 5.5: states with a note which texts it holds, by keyed hash', async () => {
    const { ports, event, lines } = await received(['~text']);
    await convert(event(), ports);
    const note = lines<StagedNote>(layout.notes('b', 0))[0];
    expect(note?.hash).toBe(keyedHash('~text').slice(0, 24));
    const holder = lines<StagedLine>(layout.staged('b', 0)).find(({ type }) => type === 'DocumentReference');
    expect(holder?.slots['note#texts']?.value).toEqual({ hashes: [note?.hash] });
  });
});

describe('Convert in careful mode', () => {
  it('sets the message aside that it came back to twice, and no other', async () => {
    const rig = await received(['one', 'two', 'six']);
    const place = { bucket: 'work', key: layout.cursor('b', 0) };
    await rig.ports.objects.put(place, JSON.stringify({ at: 2, tries: 2, poison: [] }));
    expect(await convert(rig.event(true), rig.ports)).toEqual({ chunk: 0, staged: 2, ended: 1 });
    expect(rig.outcomes().map(({ reason }) => reason)).toEqual([undefined, 'poison', undefined]);
  });

  it('blames nobody when the task ended once, and counts the second entry', async () => {
    const rig = await received(['one', 'two']);
    const place = { bucket: 'work', key: layout.cursor('b', 0) };
    await rig.ports.objects.put(place, JSON.stringify({ at: 1, tries: 1, poison: [] }));
    const entered: string[] = [];
    const { put } = rig.ports.objects;
    const objects = {
      ...rig.ports.objects,
      put: async (at: typeof place, body: Uint8Array | string) => {
        if (at.key === place.key) entered.push(String(body));
        await put(at, body);
      },
    };
    expect(await convert(rig.event(true), { ...rig.ports, objects })).toEqual({ chunk: 0, staged: 2, ended: 0 });
    expect(entered.map((one) => JSON.parse(one))).toEqual([
      { at: 1, tries: 2, poison: [] },
      { at: 2, tries: 1, poison: [] },
      { poison: [] },
    ]);
  });
});
