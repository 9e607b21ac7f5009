import type { OpenFragment } from './draft.ts';

/** Whether a choice is not yet taken. Several rows may fill the parts of one type (a period's start and end). */
export function isFree(held: Readonly<OpenFragment> | null | undefined, choice: string, isDeep: boolean): boolean {
  for (const name in held) return name === choice && isDeep;
  return true;
}

/** The same in a value, whose rows share one fragment: of a choice only its own members count. */
export function isFreeIn(value: Readonly<OpenFragment>, base: string, choice: string, isDeep: boolean): boolean {
  for (const name in value) if (name.startsWith(base)) return name === choice && isDeep;
  return true;
}

/** The same in one element of a list: `component.value[x]` is given once in each component. */
export function isFreeWithin(
  held: Readonly<OpenFragment> | null | undefined,
  list: string,
  base: string,
  element: number,
  choice: string,
  isDeep: boolean,
): boolean {
  const elements = held?.[list] as readonly OpenFragment[] | undefined;
  for (const name in elements?.[element]) {
    if (name.startsWith(base) && /^[A-Z]/.test(name.slice(base.length))) return name === choice && isDeep;
  }
  return true;
}
