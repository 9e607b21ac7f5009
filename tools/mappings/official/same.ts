import type { OfficialRow } from './read-official.ts';

/**
 * Whether a path as the official sheets write it is one that our row writes: instances (`[1]`), created resources
 * (`(Practitioner)`) and the names of extensions are left out, and a whole value covers its parts.
 */
export function agrees(target: string, writes: readonly string[]): boolean {
  const [before = '', ...made] = target.split('(');
  // `generalPractitioner(PractitionerRole.code)`: a map of the created resource writes what stands in the brackets.
  const inner = made.map((part) => part.slice(part.indexOf('.') + 1)).filter((part, at) => part !== made[at]);
  return [before, ...inner].some((path) => isWritten(stepsOf(path), writes));
}

function isWritten(wanted: readonly string[], writes: readonly string[]): boolean {
  return writes.some((path) => {
    const own = path === '' ? [] : path.split('.');
    const length = Math.min(wanted.length, own.length);
    return wanted.slice(0, length).every((step, at) => step === own[at]);
  });
}

function stepsOf(target: string): readonly string[] {
  const steps = target
    .replaceAll(')', '')
    .replaceAll(/\[[^\]]*\]?/g, '')
    .split('.')
    .map((step) => step.trim())
    .filter((step) => step !== '' && !step.startsWith('$'));
  // An extension's URL is a row of its own there, and a part of the path here.
  return steps.at(-2) === 'extension' && /^ur[il]$/.test(steps.at(-1) ?? '') ? steps.slice(0, -1) : steps;
}

/** Whether our code and system are those of an official row; a system that it leaves out is not compared. */
export function sameCode(row: OfficialRow, [code, system]: readonly string[]): boolean {
  const bare = (uri: string | undefined): string => (uri ?? '').replace(/^https?:/, '').replace(/\/$/, '');
  return row.target === code && (row.system === '' || bare(row.system) === bare(system));
}
