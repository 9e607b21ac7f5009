import type { Pipeline } from './pipeline.ts';

/** A FHIR resource as the data store shows it; a test names the fields it looks at. */
export interface Stored {
  readonly resourceType: string;
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  readonly [element: string]: unknown;
}

interface Bundle {
  readonly total?: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: Stored }[];
}

/** Reads one resource over plain HTTP, without any client of ours. */
export async function readFhir({ fhir }: Pipeline, path: string): Promise<Stored> {
  return (await answer(`${fhir}/${path}`)) as Stored;
}

/** Every match of a search, page by page. */
export async function searchFhir({ fhir }: Pipeline, query: string): Promise<Stored[]> {
  const found: Stored[] = [];
  let url: string | undefined = `${fhir}/${query}`;
  while (url !== undefined) {
    const bundle = (await answer(url)) as Bundle;
    found.push(...(bundle.entry ?? []).map(({ resource }) => resource));
    url = bundle.link.find(({ relation }) => relation === 'next')?.url;
  }
  return found;
}

/** How many resources match, by the data store's own accurate total. */
export async function countFhir({ fhir }: Pipeline, query: string): Promise<number> {
  const bundle = (await answer(`${fhir}/${query}${query.includes('?') ? '&' : '?'}_count=1&_total=accurate`)) as Bundle;
  if (bundle.total === undefined) throw new Error('The data store gave no total');
  return bundle.total;
}

async function answer(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: 'application/fhir+json' } });
  if (!response.ok) throw new Error(`GET ${url} was answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
