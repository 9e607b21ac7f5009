import { describe, expect, it } from 'vitest';
import { Draft } from '../../../../core/mapping/draft.ts';
import { render, renderDraft } from '../../../../core/merge/render.ts';

const slots = (fragments: Record<string, Record<string, unknown> | null>) =>
  Object.fromEntries(Object.entries(fragments).map(([name, value]) => [name, { value }]));
const visit = (fragments: Record<string, Record<string, unknown> | null>) =>
  render('Encounter', 'e1', slots(fragments));

describe('rendering', () => {
  it('joins lists in the order of the slot names, whatever the order of arrival', () => {
    const home = { telecom: [{ use: 'home', value: '1' }] };
    const work = { telecom: [{ use: 'work', value: '2' }] };
    const expected = [...home.telecom, ...work.telecom];
    expect(render('Patient', 'p1', slots({ 'telecom#work': work, 'telecom#home': home }))['telecom']).toEqual(expected);
  });

  it('joins many slots in that order too, and changes none of them', () => {
    const numbers = Array.from({ length: 150 }, (_, at) => (at * 77) % 150);
    const stated = slots(Object.fromEntries(numbers.map((at) => [`result#${at}`, { result: [at] }])));
    const before = JSON.stringify(stated);
    const expected = numbers.map(String).toSorted().map(Number);
    expect(render('DiagnosticReport', 'd1', stated)['result']).toEqual(expected);
    expect(JSON.stringify(stated)).toBe(before);
  });

  it('tells names apart that begin like those of silent slots', () => {
    const stated = slots({
      'list#AL1': { ids: ['a'] },
      'lists#1': { a: 1 },
      'note#texts': { b: 2 },
      'code#b': { c: 3 },
    });
    expect(render('Basic', 'b1', stated)).toEqual({ resourceType: 'Basic', id: 'b1', a: 1, c: 3 });
  });

  it('renders what a message states as its slots are rendered, with or without a code beside an element', () => {
    const alternate = { url: 'http://hl7.org/fhir/StructureDefinition/alternate-codes', valueCodeableConcept: {} };
    for (const name of [{ use: 'usual' }, { _use: { extension: [alternate] } }]) {
      const draft = new Draft('Patient', 'p1', 2);
      Object.assign(draft.fragment('name', 'PID-5'), { name: [{ family: 'Ames', ...name }] });
      const finished = draft.finish();
      expect(renderDraft(finished)).toEqual(render('Patient', 'p1', finished.slots));
      expect(renderDraft(finished)['name']).not.toHaveProperty('0._use');
    }
  });

  it('leaves a cleared slot out (SEMANTICS 1.3)', () => {
    expect(render('Patient', 'p1', slots({ 'gender#stated': null }))).toEqual({ resourceType: 'Patient', id: 'p1' });
  });

  it('adds a status that nobody stated only here (SEMANTICS 1.2)', () => {
    expect(render('Observation', 'o1', slots({ 'code#stated': { code: { text: 'x' } } }))['status']).toBe('unknown');
    expect(render('Observation', 'o1', slots({ 'status#stated': { status: 'final' } }))['status']).toBe('final');
  });

  it('gives an allergy entered in error no clinical status (R4 invariant ait-2)', () => {
    const entered = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } };
    expect(
      render('AllergyIntolerance', 'a1', slots({ 'verificationStatus#stated': entered }))['clinicalStatus'],
    ).toBeUndefined();
    expect(render('AllergyIntolerance', 'a1', slots({}))['clinicalStatus']).toBeDefined();
  });
});

describe('a visit is the set of its events (SEMANTICS 4.1)', () => {
  const admitted = { 'event#A01@1': { event: 'A01', time: '2026-03-02T08:10:00+10:00' } };
  const discharged = { 'event#A03@2': { event: 'A03', time: '2026-03-06T11:00:00+10:00' } };

  it('is in progress after A01', () => {
    expect(visit(admitted)).toMatchObject({ status: 'in-progress', period: { start: '2026-03-02T08:10:00+10:00' } });
  });

  it('is finished after A03, in whatever order the events arrived', () => {
    const expected = {
      status: 'finished',
      period: { start: '2026-03-02T08:10:00+10:00', end: '2026-03-06T11:00:00+10:00' },
    };
    expect(visit({ ...admitted, ...discharged })).toMatchObject(expected);
    expect(visit({ ...discharged, ...admitted })).toMatchObject(expected);
  });

  it('takes the times of PV1-44 and PV1-45 before those of events', () => {
    const stated = { 'period-start#PV1-44': { period: { start: '2026-03-01T00:00:00+10:00' } } };
    expect(visit({ ...admitted, ...stated })).toMatchObject({ period: { start: '2026-03-01T00:00:00+10:00' } });
  });

  it('is in progress again after A13, without the end and the disposition of the discharge (4.2)', () => {
    const cancelled = { 'event#A13@3': { event: 'A13', time: '2026-03-06T12:00:00+10:00' } };
    const stated = {
      'period-end': { period: { end: '2026-03-06T11:00:00+10:00' } },
      disposition: { hospitalization: { dischargeDisposition: { text: 'home' } } },
    };
    const encounter = visit({ ...admitted, ...discharged, ...stated, ...cancelled });
    expect(encounter).toMatchObject({ status: 'in-progress', period: { start: '2026-03-02T08:10:00+10:00' } });
    expect(encounter['period']).not.toHaveProperty('end');
    expect(encounter['hospitalization']).toBeUndefined();
  });

  it('is finished when the discharge follows the A13', () => {
    const cancelled = { 'event#A13@1': { event: 'A13', time: '2026-03-05T12:00:00+10:00' } };
    expect(visit({ ...admitted, ...cancelled, ...discharged })).toMatchObject({ status: 'finished' });
  });

  it('has an unknown status when nothing says more', () => {
    expect(visit({})).toMatchObject({ status: 'unknown' });
  });
});
