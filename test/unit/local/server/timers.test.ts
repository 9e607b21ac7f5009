import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { realTimers } from '../../../../local/timers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('real timers', () => {
  it('call back after the delay, unless cancelled', () => {
    const run = vi.fn();
    const cancelled = vi.fn();
    realTimers().after(100, run);
    realTimers().after(100, cancelled)();
    vi.advanceTimersByTime(99);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    expect(cancelled).not.toHaveBeenCalled();
  });

  it('wait longer than setTimeout can', () => {
    const days = 60 * 86_400_000;
    const run = vi.fn();
    const cancelled = vi.fn();
    realTimers().after(days, run);
    const cancel = realTimers().after(days, cancelled);
    vi.advanceTimersByTime(days - 1);
    cancel();
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    expect(cancelled).not.toHaveBeenCalled();
  });
});
