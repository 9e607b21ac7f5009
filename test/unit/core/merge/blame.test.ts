import { describe, expect, it } from 'vitest';
import { blamedSlot } from '../../../../core/merge/blame.ts';
import type { ResourceState, SlotState } from '../../../../core/merge/merge.ts';

const slot = (order: string, value: Record<string, unknown> | null, from: string): SlotState => ({
  order,
  value,
  batch: 'b',
  ordinal: 1,
  from,
});
const state: ResourceState = {
  type: 'Patient',
  id: 'p',
  slots: {
    'name#stated': slot('1', { name: [{ family: 'x' }] }, 'PID-5'),
    'gender#stated': slot('2', { gender: 'female' }, 'PID-8'),
    'telecom#home': slot('3', null, 'PID-13'),
  },
};

describe('blame', () => {
  it('falls on the slot that gives the named element', () => {
    expect(blamedSlot(state, 'Patient.name[0].family')?.slot.from).toBe('PID-5');
  });

  it('falls on what was said last when the path names nothing that was said', () => {
    expect(blamedSlot(state, 'Patient')?.slot.from).toBe('PID-8');
    expect(blamedSlot(state, '')?.slot.from).toBe('PID-8');
  });

  it('never falls on a cleared slot', () => {
    expect(blamedSlot(state, 'Patient.telecom')?.slot.from).toBe('PID-8');
  });

  it('falls on a choice element by its stem', () => {
    const observation = {
      ...state,
      type: 'Observation',
      slots: {
        'value#stated': slot('1', { valueQuantity: {} }, 'OBX[1]-5'),
        'code#stated': slot('2', { code: {} }, 'OBX[1]-3'),
      },
    };
    expect(blamedSlot(observation, 'Observation.value[x]')?.slot.from).toBe('OBX[1]-5');
  });
});
