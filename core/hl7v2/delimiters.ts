import type { Delimiters } from './escape.ts';

/** Separators are printable ASCII other than letters, digits and space. */
export function separates(unit: number): boolean {
  const printable = unit > 0x20 && unit < 0x7f;
  const digit = unit >= 0x30 && unit <= 0x39;
  const lower = unit | 0x20;
  return printable && !digit && !(lower >= 0x61 && lower <= 0x7a);
}

/**
 * The encoding characters that the first line of a message declares in MSH-1 and MSH-2 (chapter 2.5.4, 2.14.9.2).
 *
 * MSH-2 may be short: a character it leaves out is not used in the message. Undefined when it is empty, longer than five
 * characters, repeats one, or holds what cannot separate.
 */
export function readDelimiters(line: string): Delimiters | undefined {
  const field = line.slice(3, 4);
  const next = line.indexOf(field, 4);
  const stated = next < 0 ? line.slice(4) : line.slice(4, next);
  const all = field + stated;
  if (field === '' || stated === '' || stated.length > 5 || new Set(all).size < all.length) return undefined;
  for (let at = 0; at < all.length; at++) if (!separates(all.charCodeAt(at))) return undefined;
  const [component = '', repetition = '', mark = '', subcomponent = '', truncation = ''] = stated;
  return { field, component, repetition, escape: mark, subcomponent, truncation };
}
