import { describe, expect, it } from 'vitest';
import { render } from '../../../../core/merge/render.ts';

type Fragments = Readonly<Record<string, Record<string, unknown>>>;

const at = (hour: number): string => `2026-03-02T${String(hour).padStart(2, '0')}:00:00Z`;

/** The Encounter of events written `A01@8`: trigger and hour of the day, in any order. */
function visit(events: string, more: Fragments = {}) {
  const stated = events.split(' ').map((text) => {
    const [event = '', hour = ''] = text.split('@');
    const time = /^\d{1,2}$/.test(hour) ? at(Number(hour)) : hour;
    return [`event#${event}@${time}`, { event, time }] as const;
  });
  const slots = [...stated, ...Object.entries(more)].map(([slot, value]) => [slot, { value }]);
  return render('Encounter', 'e1', Object.fromEntries(slots));
}

const bed = { location: [{ location: { display: 'WEST 12' } }] };
const leftBed = { location: [{ location: { display: 'EAST 3' }, status: 'completed' }] };
const reservedBed = { location: [{ location: { display: 'NORTH 1' }, status: 'reserved' }] };
const home = { hospitalization: { dischargeDisposition: { text: 'home' } } };

describe('4.1 a visit is the set of its events', () => {
  it.each([
    ['planned', 'A05@8'],
    ['planned', 'A14@8'],
    ['in-progress', 'A05@8 A01@9'],
    ['in-progress', 'A14@8 A04@9'],
    ['in-progress', 'A02@8'],
    ['in-progress', 'A06@8'],
    ['in-progress', 'A07@8'],
    ['in-progress', 'A05@8 A02@9'],
    ['unknown', 'A09@8'],
    ['unknown', 'A10@8'],
    ['in-progress', 'A15@8'],
    ['in-progress', 'A16@8'],
    ['in-progress', 'A17@8'],
    ['in-progress', 'A05@8 A26@9'],
    ['unknown', 'A09@8 A33@9'],
    ['in-progress', 'A01@7 A21@8 A52@9'],
    ['onleave', 'A01@7 A21@8 A22@9 A53@10'],
    ['onleave', 'A21@8'],
    ['onleave', 'A01@7 A21@8'],
    ['in-progress', 'A01@7 A21@8 A22@9'],
    ['in-progress', 'A21@8 A22@8'],
    ['onleave', 'A01@7 A21@8 A22@9 A21@10'],
    ['in-progress', 'A21@7 A01@8'],
    ['finished', 'A01@7 A21@8 A03@9'],
  ])('is %s after %s, in whatever order they arrive', (status, events) => {
    expect(visit(events)['status']).toBe(status);
    expect(visit(events.split(' ').toReversed().join(' '))['status']).toBe(status);
  });

  it('begins with neither a plan nor a transfer', () => {
    expect(visit('A05@8 A02@9')['period']).toBeUndefined();
    expect(visit('A05@8 A01@9')['period']).toEqual({ start: at(9) });
  });
});

describe('4.2 a cancel withdraws the event that it names', () => {
  it.each([
    ['cancelled', 'A01@8 A11@8'],
    ['cancelled', 'A04@8 A11@9'],
    ['cancelled', 'A11@9'],
    ['cancelled', 'A01@8 A02@9 A11@10'],
    ['cancelled', 'A01@8 A03@9 A11@10'],
    ['cancelled', `A01@8 A11@2026-03-02`],
    ['in-progress', 'A04@7 A01@8 A11@8'],
    ['in-progress', 'A01@8 A11@9 A01@10'],
    ['planned', 'A05@7 A01@8 A11@8'],
    ['cancelled', 'A14@8 A27@9'],
    ['cancelled', 'A27@9'],
    ['planned', 'A05@7 A14@8 A27@9'],
    ['planned', 'A14@8 A27@9 A14@10'],
    ['in-progress', 'A14@8 A01@9 A27@10'],
    ['cancelled', 'A05@8 A38@9'],
    ['planned', 'A14@7 A05@8 A38@9'],
    ['in-progress', 'A03@8 A13@9'],
    ['finished', 'A01@8 A13@9 A03@10'],
    ['finished', 'A01@8 A16@9 A25@10 A03@11'],
    ['in-progress', 'A01@8 A02@9 A12@9'],
  ])('is %s after %s, in whatever order they arrive', (status, events) => {
    expect(visit(events)['status']).toBe(status);
    expect(visit(events.split(' ').toReversed().join(' '))['status']).toBe(status);
  });

  it('A11 takes the beginning and the bed with it', () => {
    const stated = { 'period-start': { period: { start: at(7) } }, 'location#assigned': bed };
    const encounter = visit('A01@8 A03@9 A11@8', stated);
    expect(encounter['period']).toBeUndefined();
    expect(encounter['location']).toBeUndefined();
  });

  it('A11 takes back the latest beginning, and leaves the earlier one its time', () => {
    expect(visit('A04@7 A01@8 A11@8')['period']).toEqual({ start: at(7) });
  });

  it('A27 takes the bed that was planned, but not that of a visit that began', () => {
    expect(visit('A14@8 A27@9', { 'location#assigned': bed })['location']).toBeUndefined();
    expect(visit('A14@8 A01@9 A27@10', { 'location#assigned': bed })).toMatchObject(bed);
  });

  it('A12 takes the place that the transfer left, and keeps the one the patient is in', () => {
    const places = { 'location#assigned': bed, 'location#prior': leftBed };
    expect(visit('A01@7 A02@8', places)['location']).toEqual([...bed.location, ...leftBed.location]);
    expect(visit('A01@7 A02@8 A12@8', places)['location']).toEqual(bed.location);
    expect(visit('A01@7 A02@8 A12@8 A02@9', places)['location']).toHaveLength(2);
    expect(visit('A02@8 A12@8', { 'location#prior': leftBed })['location']).toBeUndefined();
  });

  it('reserves a bed while the transfer to it is pending: until it is cancelled, done or overtaken by the discharge', () => {
    const places = { 'location#assigned': bed, 'location#pending': reservedBed };
    const shown = (events: string) => visit(events, places)['location'];
    const both = [...bed.location, ...reservedBed.location];
    for (const events of ['A01@7', 'A01@7 A15@8', 'A01@7 A02@8 A15@9', 'A01@7 A15@8 A26@8 A15@9'])
      expect(shown(events), events).toEqual(both);
    for (const events of ['A01@7 A15@8 A26@9', 'A01@7 A15@8 A02@9', 'A15@8 A17@9', 'A15@8 A03@9'])
      expect(shown(events), events).toEqual(bed.location);
    expect(shown('A01@7 A15@8 A02@9 A12@9')).toEqual(both);
  });

  it('A25 takes the disposition of a discharge that is pending, never that of one that happened', () => {
    expect(visit('A01@8 A16@9', { disposition: home })).toMatchObject(home);
    expect(visit('A01@8 A16@9 A25@10', { disposition: home })['hospitalization']).toBeUndefined();
    expect(visit('A01@8 A16@9 A25@10 A03@11', { disposition: home })).toMatchObject(home);
  });
});

describe('4.3 import cannot delete', () => {
  it('a visit whose record A23 deletes was entered in error', () => {
    expect(visit('A01@8 A03@9 A23@10')['status']).toBe('entered-in-error');
    expect(visit('A23@10 A01@8')['status']).toBe('entered-in-error');
  });

  it('a visit that is recorded anew after an A23 stands', () => {
    expect(visit('A23@8 A01@9')['status']).toBe('in-progress');
  });
});
