import { expect, it } from 'vitest';
import { checkResource } from '../../../../core/fhir/check.ts';
import type { Resource } from './resources.ts';

/** One fault planted in a resource that stands, and the single issue that must name it. */
export interface Fault {
  readonly name: string;
  readonly base: Resource;
  readonly change: Resource;
  readonly path: string;
  readonly rule: string;
}

export function fault(name: string, base: Resource, change: Resource, path: string, rule: string): Fault {
  return { name, base, change, path, rule };
}

/** One test for each fault: the base stands, and the change is found once, at its place. */
export function testFaults(faults: readonly Fault[]): void {
  it.each(faults)('$name: $path $rule', ({ base, change, path, rule }) => {
    expect(checkResource(base)).toEqual([]);
    expect(checkResource({ ...base, ...change })).toEqual([{ path, rule }]);
  });
}
