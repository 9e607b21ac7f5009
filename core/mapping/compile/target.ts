import type { ElementRule } from '../../fhir/definitions.ts';
import { elementsOf, jsonName, namesOf } from '../../fhir/definitions.ts';
import type { Step } from '../rule.ts';

/** A FHIR path found in R4's definitions. */
export interface Target {
  readonly steps: readonly Step[];
  readonly type: string;
  /** Required value set of the leaf, when R4 binds one. */
  readonly codes: string | undefined;
  /** Resource types that a reference may name; undefined when any may be named. */
  readonly targets: readonly string[] | undefined;
  /** The first step is one type of a choice (`valueQuantity`). */
  readonly choice: boolean;
  /** The second step is one type of a choice in the elements of a list (`component.valueQuantity`): the choice's name. */
  readonly within: { readonly within?: string };
  /** Name of the slot when the row gives none: the element's own name, without the type of a choice. */
  readonly slot: string;
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const STEP = /^(_?[A-Za-z]+)(?:\[(\d+)\])?(?:\(([^)]+)\))?$/;

interface Found {
  readonly step: Step;
  readonly type: string;
  readonly rule: ElementRule;
}

/**
 * Reads a target such as `participant[2].individual`, `extension(patient-religion).valueCodeableConcept` or
 * `_birthDate.extension(patient-birthTime).valueDateTime` against the R4 definition of `root`. A short extension name
 * stands for FHIR's core extension of that name; inside another extension it is the part's own name (R4 2.4.0.1).
 */
export function parseTarget(root: string, text: string): Target | { readonly error: string } {
  const found: Found[] = [];
  let type = root;
  for (const part of splitPath(text)) {
    const next = findStep(type, part, found.at(-1)?.step.url !== undefined);
    if ('error' in next) return next;
    found.push(next);
    type = next.type;
  }
  const first = found[0];
  const last = found.at(-1);
  if (first === undefined || last === undefined) return { error: 'is empty' };
  return {
    steps: found.map((item) => item.step),
    type,
    codes: last.step.name.startsWith('_') ? undefined : last.rule.codes,
    targets: last.rule.types.find((candidate) => jsonName(last.rule, candidate) === last.step.name)?.targets,
    choice: first.rule.name.endsWith('[x]'),
    within: withinOf(first, found[1]),
    slot: slotOf(first),
  };
}

function withinOf(first: Found, second: Found | undefined): { readonly within?: string } {
  if (!first.step.many || first.step.url !== undefined || second?.rule.name.endsWith('[x]') !== true) return {};
  return { within: second.rule.name.slice(0, -3) };
}

// Dots inside an extension's URL do not part steps.
function splitPath(text: string): readonly string[] {
  return text.match(/(?:\([^)]*\)|[^.()])+/g) ?? [];
}

function findStep(type: string, part: string, inExtension: boolean): Found | { readonly error: string } {
  const parts = STEP.exec(part);
  if (parts?.[1] === undefined) return { error: `cannot be read at "${part}"` };
  const [, name, index, url] = parts;
  const plain = name.replace(/^_/, '');
  const rule = elementsOf(type)?.find((element) => namesOf(element).includes(plain));
  if (rule === undefined) return { error: `${type} has no element "${plain}"` };
  if (url !== undefined && plain !== 'extension') return { error: 'gives a URL to a step that is no extension' };
  if (plain === 'extension' && url === undefined) return { error: 'names an extension without its URL' };
  if (index !== undefined && !rule.many) return { error: `"${plain}" does not repeat in ${type}` };
  const step = { name, many: rule.many, index: Number(index ?? 0) };
  const taken = rule.types.find((candidate) => jsonName(rule, candidate) === plain)?.name ?? '';
  return {
    rule,
    type: name.startsWith('_') ? 'Element' : taken,
    step: url === undefined ? step : { ...step, url: url.includes(':') || inExtension ? url : CORE + url },
  };
}

function slotOf(first: Found): string {
  const { url, name } = first.step;
  if (url !== undefined) return `extension#${url.slice(url.lastIndexOf('/') + 1)}`;
  return first.rule.name.endsWith('[x]') ? first.rule.name.slice(0, -3) : name.replace(/^_/, '');
}
