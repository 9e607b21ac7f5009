import type { Resource } from './render.ts';
import { render } from './render.ts';
import type { ResourceDraft } from './statement.ts';

/**
 * A message as a FHIR Bundle (R4 messaging.html): type `message`, the MessageHeader first (bdl-12), each entry under the URN
 * of its id, and references inside by that URN. `draft` is the Bundle that the envelope states; without it (a CSV record) it
 * is a collection.
 */
export function bundleOf(resources: readonly Resource[], draft?: ResourceDraft): Record<string, unknown> {
  const bundle = draft === undefined ? { type: 'collection' } : render(draft.type, draft.id, draft.slots);
  const ordered = [...resources.filter(isHeader), ...resources.filter((resource) => !isHeader(resource))];
  const urls = new Map(ordered.map(({ resourceType, id }) => [`${resourceType}/${id}`, `urn:uuid:${id}`]));
  const entry = ordered.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource: refer(resource, urls) }));
  return { resourceType: 'Bundle', ...bundle, ...(entry.length === 0 ? {} : { entry }) };
}

const isHeader = ({ resourceType }: Resource): boolean => resourceType === 'MessageHeader';

// A relative reference means nothing beside a URN (R4 bundle.html#references). One to what is not inside is left as it is.
function refer(value: unknown, urls: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => refer(item, urls));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      name === 'reference' && typeof held === 'string' ? (urls.get(held) ?? held) : refer(held, urls),
    ]),
  );
}
