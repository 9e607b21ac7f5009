import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const hl7 = `tenant: demo
format: hl7v2
zone: America/Chicago
processingIds: [P]
patient: [{ type: MR }]
visit: { keys: [PV1-19] }
notes: deferred
`;

const csv = (ignore: string): string => `tenant: demo
format: csv
zone: America/Chicago
csv: { set: synthea, ignore: [${ignore}] }
namespaces:
  - { token: synthea-patient, system: 'urn:tributary:test:patient', authorities: [] }
  - { token: synthea-encounter, system: 'urn:tributary:test:encounter', authorities: [] }
  - { token: synthea-organization, system: 'urn:tributary:test:organization', authorities: [] }
  - { token: synthea-provider, system: 'urn:tributary:test:provider', authorities: [] }
  - { token: synthea-condition, system: 'urn:tributary:test:condition', authorities: [] }
  - { token: synthea-observation, system: 'urn:tributary:test:observation', authorities: [] }
  - { token: synthea-note, system: 'urn:tributary:test:note', authorities: [] }
notes: deferred
`;

/** Feeds of this test's own, so that a change of a shipped one does not empty it. */
export const feeds = {
  'canary-hl7': hl7,
  'canary-refused': `${hl7}profiles:\n  Patient: [http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient]\n`,
  'canary-csv': csv(''),
  'canary-ignored': csv("'*'"),
} as const;

export type FeedName = keyof typeof feeds;

/** Writes the feed's file into a folder; gives its path, which the command takes as a feed. */
export async function feedFile(folder: string, name: FeedName): Promise<string> {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, `feed: ${name}\n${feeds[name]}`);
  return path;
}
