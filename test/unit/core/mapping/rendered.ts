import { checkResource } from '../../../../core/fhir/check.ts';
import type { Conversion } from '../../../../core/mapping/conversion.ts';
import { stringifyFhir } from '../../../../core/mapping/fhir-json.ts';
import { bundleOf } from '../../../../core/merge/message-bundle.ts';
import { render } from '../../../../core/merge/render.ts';

/** Faults that our checker finds in what a conversion renders to, each with its resource type. */
export function faultsOf(conversion: Conversion): readonly string[] {
  if (conversion.state !== 'mapped') return [];
  return conversion.resources.flatMap((draft) => {
    const written: unknown = JSON.parse(stringifyFhir(render(draft.type, draft.id, draft.slots)));
    return checkResource(written).map((issue) => `${draft.type} ${JSON.stringify(issue)}`);
  });
}

/** The Bundle of a conversion as it is printed; the reason of one that ended without. */
export function bundleTextOf(conversion: Conversion): string {
  if (conversion.state !== 'mapped') return JSON.stringify({ state: conversion.state, reason: conversion.reason });
  const envelope = conversion.envelope ?? [];
  const drafts = [...conversion.resources, ...envelope.filter(({ type }) => type !== 'Bundle')];
  const bundle = envelope.find(({ type }) => type === 'Bundle');
  return stringifyFhir(
    bundleOf(
      drafts.map(({ type, id, slots }) => render(type, id, slots)),
      bundle,
    ),
  );
}

/** Faults of a printed Bundle: what our checker finds in it and in its entries, and references that end nowhere in it. */
export function bundleFaultsOf(text: string): readonly string[] {
  const bundle = JSON.parse(text) as { entry?: readonly { fullUrl: string; resource: unknown }[] };
  const urls = new Set(bundle.entry?.map(({ fullUrl }) => fullUrl));
  const found = checkResource(bundle).map((issue) => JSON.stringify(issue));
  const dangling = referencesIn(bundle).filter((reference) => !urls.has(reference));
  return [...found, ...dangling.map((reference) => `${reference} is not inside`)];
}

/** Every `reference` in a value, at any depth. */
export function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) =>
    name === 'reference' && typeof held === 'string' ? [held] : referencesIn(held),
  );
}

/** References of a conversion to what it does not make itself, each with the slot that states it. */
export function outsideOf(conversion: Conversion): readonly { readonly path: string; readonly reference: string }[] {
  if (conversion.state !== 'mapped') return [];
  const drafts = [...conversion.resources, ...(conversion.envelope ?? [])];
  const made = new Set(drafts.map(({ type, id }) => `${type}/${id}`));
  return drafts.flatMap(({ type, slots }) =>
    Object.entries(slots).flatMap(([slot, { value }]) =>
      referencesIn(value)
        .filter((reference) => !made.has(reference))
        .map((reference) => ({ path: `${type}.${slot}`, reference })),
    ),
  );
}
