import { hash } from 'node:crypto';
import { components, type Fields, unescaped } from './fields.ts';
import { namespaceOf } from './values.ts';

export type Resource = Record<string, unknown>;

export interface Context {
  readonly patient: string;
  readonly patientId: string;
  readonly encounter: string;
  readonly out: Resource[];
}

export const find = (segments: readonly Fields[], name: string): Fields =>
  segments.find((segment) => segment[0] === name) ?? [];

export function id(type: string, ...key: readonly string[]): string {
  let name = '8:resource5:bench';
  name += `${type.length}:${type}`;
  for (const part of key) name += `${part.length}:${part}`;
  const hex = hash('sha256', name);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function practitioner(text: string, out: Resource[]): object {
  const [number = '', family = '', given = ''] = components(text).map(unescaped);
  const namespace = namespaceOf(components(text)[8]);
  const key = id('Practitioner', namespace.token, number);
  if (!out.some((resource) => resource['id'] === key)) {
    out.push({
      resourceType: 'Practitioner',
      id: key,
      identifier: [{ system: namespace.system, value: number }],
      name: [{ family, given: [given] }],
    });
  }
  return { reference: `Practitioner/${key}`, display: `${given} ${family}` };
}

/** The parts of an id that name a concept: its code and system as sent. */
export const conceptOf = (text: string): readonly string[] => {
  const [code = '', , system = ''] = components(text);
  return [code, system];
};
