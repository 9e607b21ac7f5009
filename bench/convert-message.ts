import { hash } from 'node:crypto';
import { checkResource } from '../core/fhir/check.ts';
import { createConverter } from '../core/mapping/convert.ts';
import { stringifyFhir } from '../core/mapping/fhir-json.ts';
import { type Resource, renderDraft } from '../core/merge/render.ts';
import { benchFeed } from './messages.ts';

const converter = createConverter(benchFeed(), { sha256: (text) => hash('sha256', text) });

export function renderedOf(bytes: Uint8Array): readonly Resource[] {
  const conversion = converter.convertMessage(bytes);
  if (conversion.state !== 'mapped') throw new Error('A bench message was refused');
  return conversion.resources.map(renderDraft);
}

export function ndjsonOf(resources: readonly Resource[]): Uint8Array {
  let text = '';
  for (const resource of resources) text += `${stringifyFhir(resource)}\n`;
  return Buffer.from(text);
}

/** Length in bytes of the NDJSON of a message. */
export const convert = (bytes: Uint8Array): number => ndjsonOf(renderedOf(bytes)).length;

export function convertAndCheck(bytes: Uint8Array): number {
  const resources = renderedOf(bytes);
  for (const resource of resources) if (checkResource(resource).length > 0) throw new Error('A resource is not valid');
  return ndjsonOf(resources).length;
}
