import type { Place } from '../place.ts';
import { codeForm } from '../place.ts';
import type { Run } from '../run.ts';

type Read = (args: readonly Place[], run: Run, argument: string) => unknown;
type Fields = Readonly<Record<string, string>>;

/**
 * `coding`: code, display, system as the sender names it, version. The system is claimed only when the code passes its
 * syntax (SEMANTICS 9); `coding(loinc)` takes the system from the row. A coding that has a display alone is none.
 */
export const coding: Read = (args, run, argument) => {
  const [code = '', display = '', name = '', version = ''] = args.map((place) => place.text());
  return codingOf(code, display, name, version, argument, run);
};

/** The same of texts; `''` where one is not given. */
export function codingOf(
  code: string,
  display: string,
  name: string,
  version: string,
  argument: string,
  run: Run,
): Fields | undefined {
  if (code === '') return undefined;
  const system = systemOf(argument === '' ? name : argument, code, run);
  const read: Record<string, string> = system === undefined ? {} : { system };
  if (version !== '' && system !== undefined) read['version'] = version;
  read['code'] = codeForm(code);
  if (display !== '') read['display'] = display;
  return read;
}

/**
 * `modified`: modifiers, the code that they modify, its system. All of them make one code, `99213:25:59`, as CPT writes it
 * (https://terminology.hl7.org/CPT.html); in other systems, and if one is no modifier, nothing.
 */
export const modified: Read = (args, run) => {
  const code = args[1]?.text() ?? '';
  const sent = (args[0]?.repeated() ?? []).filter((modifier) => modifier.trim() !== '');
  const modifiers = sent.flatMap((modifier) => /^ *([A-Z0-9]{2})(?![A-Z0-9])/.exec(modifier)?.[1] ?? []);
  const system = systemOf(args[2]?.text() ?? '', code, run);
  if (system === undefined || system !== run.setting.systems.get('CPT')?.uri) return undefined;
  if (modifiers.length === 0 || modifiers.length !== sent.length) return undefined;
  return { system, code: [code, ...modifiers].join(':') };
};

function systemOf(name: string, code: string, run: Run): string | undefined {
  if (name === '') return undefined;
  const system = run.setting.systems.get(isUpper(name) ? name : name.toUpperCase());
  return system?.accepts(code) === true ? system.uri : undefined;
}

/** Whether it is known to have no small letters: most names of systems are sent so. */
function isUpper(name: string): boolean {
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) > LAST_CAPITAL) return false;
  return true;
}

const LAST_CAPITAL = 0x5a;

/**
 * `identifier`: a value and its assigning authority (HD in one place, or namespace, universal id and its type in three).
 * `identifier(token)` takes the tenant's namespace from the row.
 */
export const identifier: Read = (args, run, argument) => {
  const value = args[0]?.text() ?? '';
  if (value === '' || run.setting.isDummy(value)) return undefined;
  const namespace = argument === '' ? namespaceOf(args.slice(1), run) : run.setting.namespaces.named(argument);
  if (!namespace.known) run.issue('namespace-unknown', (args[1] ?? args[0])?.path() ?? '');
  return { system: namespace.system, value } satisfies Fields;
};

/** The namespace of an authority; one that is not stated is the sending facility, MSH-4 (SEMANTICS 3.6). */
export function namespaceOf(places: readonly Place[], run: Run): ReturnType<Run['setting']['namespaces']['of']> {
  const [first, second, third] = places;
  const stated =
    second === undefined
      ? { name: first?.text(1) ?? '', universal: first?.text(2) ?? '', kind: first?.text(3) ?? '' }
      : { name: first?.text() ?? '', universal: second.text(), kind: third?.text() ?? '' };
  const { namespaces } = run.setting;
  if (stated.name !== '' || stated.universal !== '') return namespaces.of(stated);
  const sender = run.header;
  if (sender === undefined) return namespaces.of(stated);
  return namespaces.of({ name: sender.text(4), universal: sender.text(4, 1, 2), kind: sender.text(4, 1, 3) });
}
