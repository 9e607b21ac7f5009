import type { Delimiters } from './escape.ts';

/** Separators are printable ASCII other than letters, digits and space. */
function separates(unit: number): boolean {
  const printable = unit > 0x20 && unit < 0x7f;
  const digit = unit >= 0x30 && unit <= 0x39;
  const lower = unit | 0x20;
  return printable && !digit && !(lower >= 0x61 && lower <= 0x7a);
}

const openings = new Map<string, Delimiters>();
const openingLimit = 100;

/**
 * The encoding characters that a message declares in MSH-1 and MSH-2 (chapter 2.5.4, 2.14.9.2); `text` begins with MSH.
 *
 * MSH-2 may be short: a character it leaves out is not used in the message. Undefined when it is empty, longer than five
 * characters, repeats one, or holds what cannot separate.
 */
export function readDelimiters(text: string): Delimiters | undefined {
  // MSH-1, five characters, and what ends them. Senders share a handful of these, and every message asks.
  const opening = text.slice(3, 10);
  const known = openings.get(opening);
  if (known !== undefined) return known;
  const made = delimitersOf(opening);
  if (made !== undefined && openings.size < openingLimit) openings.set(opening, made);
  return made;
}

function delimitersOf(opening: string): Delimiters | undefined {
  const field = opening.slice(0, 1);
  const end = [...opening].findIndex((character, at) => at > 0 && (character === field || /[\r\n]/.test(character)));
  const all = end < 0 ? opening : opening.slice(0, end);
  if (all.length < 2 || all.length > 6 || new Set(all).size < all.length) return undefined;
  for (let at = 0; at < all.length; at++) if (!separates(all.charCodeAt(at))) return undefined;
  const [, component = '', repetition = '', mark = '', subcomponent = '', truncation = ''] = all;
  return { field, component, repetition, escape: mark, subcomponent, truncation };
}
