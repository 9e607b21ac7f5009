/**
 * What a code must look like before its system is claimed for it (SEMANTICS 9). The names are those of `syntax` in
 * `mappings/terminology/systems.yaml`.
 */
export const codeSyntaxes = {
  '': () => true,
  loinc: isLoinc,
  snomed: isSnomed,
  icd10: (code: string) => /^[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?$/.test(code),
  icd9: (code: string) => /^(?:\d{3}|V\d{2}|E\d{3})(?:\.?\d{1,2})?$/.test(code),
  digits: (code: string) => /^\d{1,12}$/.test(code),
  ndc: (code: string) => /^\d{4,5}-?\d{3,4}-?\d{1,2}$/.test(code),
  mvx: (code: string) => /^[A-Z]{2,3}$/.test(code),
  ncit: (code: string) => /^C\d{2,7}$/.test(code),
  atc: (code: string) => /^[A-Z](?:\d{2}(?:[A-Z]{1,2}(?:\d{2})?)?)?$/.test(code),
  cpt: (code: string) => /^\d{4}[0-9A-Z]$/.test(code),
  ucum: (code: string) => /^[!-~]+$/.test(code),
  // Of two letters: a longer code is no BCP 47 wherever the language has one of two (RFC 5646 2.2.1).
  bcp47: (code: string) => /^[a-z]{2}(?:-[A-Za-z0-9]{2,8})*$/.test(code),
  cdcrec: (code: string) => /^\d{4}-\d$/.test(code),
} as const satisfies Readonly<Record<string, (code: string) => boolean>>;

/** LOINC: digits and a check digit by Luhn's mod 10 (LOINC Users' Guide, appendix). */
export function isLoinc(code: string): boolean {
  const parts = /^(\d{1,7})-(\d)$/.exec(code);
  if (parts?.[1] === undefined) return false;
  let sum = 0;
  for (const [at, digit] of [...parts[1]].reverse().entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10 === Number(parts[2]);
}

// Multiplication in the dihedral group of order 10, and its permutations (Verhoeff 1969).
const PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** SNOMED CT: 6 to 18 digits of which the last is Verhoeff's check digit (SNOMED CT Release File Specification 5.5). */
export function isSnomed(code: string): boolean {
  if (!/^[1-9]\d{5,17}$/.test(code)) return false;
  let check = 0;
  for (let at = 0; at < code.length; at += 1) {
    const digit = Number(code.charAt(code.length - 1 - at));
    check = Number(PRODUCT[check]?.charAt(Number(PERMUTATION[at % 8]?.charAt(digit))));
  }
  return check === 0;
}
