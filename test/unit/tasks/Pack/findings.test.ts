import { describe, expect, it } from 'vitest';
import { layout } from '../../../../core/layout.ts';
import { findingMarks, textMarks } from '../../../../core/merge/note-marks.ts';
import { layOutByPartition } from '../../../../core/merge/staged-file.ts';
import type { StagedLine } from '../../../../core/merge/statement.ts';
import { id, importRig, type Said, TENANT } from '../../../support/import-rig.ts';

const note = `DocumentReference/${id('d')}`;
const order = (time: number) => `1.${String(time).padStart(16, '0')}`;

/** A message that states a note with these texts. */
const noteWith = (time: number, hashes: readonly string[]): Said => ({
  lines: [
    {
      ...{ type: 'DocumentReference', id: id('d'), root: note, order: order(time) },
      slots: {
        content: { value: { content: [{ attachment: { contentType: 'text/plain' } }] }, from: 'OBX-5' },
        ...textMarks(hashes, 'OBX-5'),
      },
    },
  ],
});

const findingIn = (batch: string, time: number, hash: string): StagedLine => ({
  ...{ batch, ordinal: -1, type: 'Condition', id: id('c'), root: note, order: order(time) },
  slots: {
    finding: {
      value: {
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
        },
        code: { text: 'asthma' },
        subject: { reference: `Patient/${id('a')}` },
      },
      from: 'OBX-5',
    },
    ...findingMarks(note, hash, 'OBX-5'),
  },
});

async function found(rig: ReturnType<typeof importRig>, batch: string, lines: readonly StagedLine[]): Promise<void> {
  const { body, index } = layOutByPartition(lines, rig.ports.limits.partitions);
  await rig.ports.objects.put({ bucket: 'work', key: layout.findings(batch, 0) }, body);
  await rig.ports.objects.put({ bucket: 'work', key: layout.findingsSummary(batch, 0) }, JSON.stringify({ index }));
  await rig.ports.ledger.addWaiting(TENANT, { batch, kind: 'findings' });
}

async function imported(rig: ReturnType<typeof importRig>): Promise<unknown> {
  const { place } = await rig.round();
  const staged = await rig.staged(place);
  return staged.find(({ resourceType }) => resourceType === 'Condition');
}

const active = { clinicalStatus: { coding: [{ code: 'active' }] } };
const withdrawn = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } };

describe('SEMANTICS 5.5: what was derived from a note goes with the note', () => {
  it('a finding is an error once its note holds another text, and stands again when the text comes back', async () => {
    const rig = importRig();
    await rig.sealed('b1', [noteWith(1, ['t1'])]);
    await found(rig, 'b1', [findingIn('b1', 1, 't1')]);
    expect(await imported(rig)).toMatchObject(active);
    await rig.sealed('b2', [noteWith(2, ['t2'])]);
    const gone = await imported(rig);
    expect(gone).toMatchObject(withdrawn);
    expect(gone).not.toHaveProperty('clinicalStatus');
    await rig.sealed('b3', [noteWith(3, ['t1', 't3'])]);
    expect(await imported(rig)).toMatchObject(active);
  });

  it('a finding stays as it is when its note is sent again with the same text', async () => {
    const rig = importRig();
    await rig.sealed('b1', [noteWith(1, ['t1'])]);
    await found(rig, 'b1', [findingIn('b1', 1, 't1')]);
    await rig.run();
    await rig.sealed('b2', [noteWith(2, ['t1'])]);
    expect(await imported(rig)).toBeUndefined();
  });

  it('a finding of a text that was overtaken before it was read is not loaded', async () => {
    const rig = importRig();
    await rig.sealed('b2', [noteWith(2, ['t2'])]);
    await rig.sealed('b1', [noteWith(1, ['t1'])]);
    await rig.run();
    await found(rig, 'b1', [findingIn('b1', 1, 't1')]);
    expect(await imported(rig)).toBeUndefined();
    expect(await rig.ports.ledger.batch('b1')).toMatchObject({ findingsImport: expect.any(String) });
  });

  it('a finding whose note was refused is not loaded', async () => {
    const rig = importRig();
    await rig.sealed('b1', [noteWith(1, ['t1'])]);
    await rig.run(() => ({ status: 400, path: 'DocumentReference.content' }));
    await found(rig, 'b1', [findingIn('b1', 1, 't1')]);
    expect(await imported(rig)).toBeUndefined();
  });

  it('any order of the same statements leaves the same finding', async () => {
    const texts: unknown[] = [];
    for (const times of [
      [1, 2],
      [2, 1],
    ]) {
      const rig = importRig();
      for (const time of times) await rig.sealed(`b${time}`, [noteWith(time, [`t${time}`])]);
      for (const time of times) await found(rig, `b${time}`, [findingIn(`b${time}`, time, `t${time}`)]);
      texts.push(await imported(rig));
    }
    expect(texts[0]).toMatchObject(active);
    expect(texts[1]).toEqual(texts[0]);
  });
});
