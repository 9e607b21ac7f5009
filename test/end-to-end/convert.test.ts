import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tributary } from './support/command.ts';

const file = 'test/fixtures/hl7v2-feeds/example-local/z-segment-and-local-codes.hl7';
const feed = ['--feed', 'example-local'];

test('convert explains each element without a value, and with it when it is asked to', async () => {
  const [explained, revealed] = await Promise.all([
    tributary(['convert', file, ...feed, '--explain', '--json']),
    tributary(['convert', file, ...feed, '--explain', '--reveal']),
  ]);
  expect(explained).toMatchObject({ code: 0, stderr: '' });
  const lines = explained.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] as string).elements).toContainEqual({
    resource: expect.stringMatching(/^Patient\//),
    element: 'Patient.telecom[1].value',
    row: 'ZPI-2.l1',
    from: 'ZPI[1]-2[2]',
  });
  // The resource ids are hashes; every other word of the message would be a leak.
  expect(explained.stdout).not.toMatch(/0012345|Byrne|Aoife|19700102|1970-01-02|Irish|P07|0861230001|016660002|V100/);
  expect(revealed.stdout).toMatch(/Patient\.telecom\[1\]\.value +ZPI-2\.l1 +ZPI\[1\]-2\[2\] +"016660002"/);
});

test('convert tells which populated fields no row read', async () => {
  const ended = await tributary(['convert', file, ...feed, '--coverage', '--json']);
  expect(JSON.parse(ended.stdout)).toEqual({
    ...{ feed: 'example-local', messages: 1, mapped: 1, notMapped: 0 },
    unread: [{ field: 'ZPI-5', count: 1 }],
  });
  expect(readFileSync(file, 'utf8')).toContain('|spare');
});

test('convert tells the reason of a dead message once', async () => {
  const ended = await tributary(['convert', 'samples/bad/default/not-hl7.hl7', '--feed', 'default']);
  expect(ended.code).toBe(1);
  expect(ended.stderr.match(/message-unreadable/g)).toHaveLength(1);
});

test('convert refuses ways of showing that exclude each other', async () => {
  const calls = [['--explain', '--coverage'], ['--reveal'], ['--coverage', '--to', 'bundle']];
  const ended = await Promise.all(calls.map((more) => tributary(['convert', file, ...feed, ...more])));
  expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual(calls.map(() => [1, '']));
});

test('convert writes the same bytes in every zone of the machine, for all fixtures', async () => {
  const folder = 'test/fixtures/hl7v2';
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hl7'));
  const texts = names.toSorted().map((name) => readFileSync(join(folder, name), 'utf8').trimEnd());
  const place = mkdtempSync(join(tmpdir(), 'tributary-zones-'));
  const all = join(place, 'all.hl7');
  writeFileSync(all, `${texts.filter((text) => text.startsWith('MSH')).join('\n')}\n`);
  const convertIn = (zone: string) => tributary(['convert', all, '--feed', join(folder, 'feed.yaml')], { TZ: zone });
  const [east, west, none] = await Promise.all(['Asia/Kolkata', 'America/New_York', 'UTC'].map(convertIn));
  rmSync(place, { recursive: true });
  expect(east?.stdout.length).toBeGreaterThan(100_000);
  expect(west?.stdout).toBe(east?.stdout);
  expect(none?.stdout).toBe(east?.stdout);
  expect([west?.stderr, none?.stderr]).toEqual([east?.stderr, east?.stderr]);
});
