import { HealthLakeClient, ListFHIRDatastoresCommand } from '@aws-sdk/client-healthlake';
import { endpointOf, startCommand } from './scan/command-process.ts';
import type { Stored } from './support/fhir.ts';

const types = ['Patient', 'Encounter', 'Observation', 'DiagnosticReport', 'DocumentReference', 'Practitioner'].concat([
  ...['Organization', 'AllergyIntolerance', 'Condition', 'MedicationStatement'],
]);

/** Brings the cloud up over a directory, reads every resource of its data store over HTTP, and takes it down again. */
export async function readStore<T>(
  directory: string,
  also: () => Promise<T>,
): Promise<{ readonly store: readonly Stored[]; readonly also: T }> {
  const server = startCommand(['start', '--port', '0', '--directory', directory]);
  try {
    const endpoint = await endpointOf(directory);
    Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1' });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
    const { DatastorePropertiesList = [] } = await new HealthLakeClient({}).send(new ListFHIRDatastoresCommand({}));
    const base = `${endpoint}/datastore/${DatastorePropertiesList[0]?.DatastoreId}/r4`;
    const store: Stored[] = [];
    for (const type of types) for await (const resource of allOf(`${base}/${type}?_count=100`)) store.push(resource);
    return { store, also: await also() };
  } finally {
    await server.end('SIGINT');
  }
}

async function* allOf(first: string): AsyncIterable<Stored> {
  let url: string | undefined = first;
  while (url !== undefined) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The data store answered ${response.status}`);
    const page = (await response.json()) as {
      readonly entry?: readonly { readonly resource: Stored }[];
      readonly link: readonly { readonly relation: string; readonly url: string }[];
    };
    yield* (page.entry ?? []).map(({ resource }) => resource);
    url = page.link.find(({ relation }) => relation === 'next')?.url;
  }
}
