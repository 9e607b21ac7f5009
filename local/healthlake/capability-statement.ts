import { searchParameters } from './search-parameters.ts';

/** FHIR R4 CapabilityStatement of what the embedded data store answers, and of nothing else. */
export function capabilityStatement(url: string, date: string): Record<string, unknown> {
  const always = [
    { name: '_id', type: 'token' },
    { name: '_lastUpdated', type: 'date' },
  ];
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    software: { name: 'Tributary embedded data store, a stand-in for AWS HealthLake' },
    implementation: { description: 'Stand-in on this machine; it has no durability beyond its data directory', url },
    rest: [
      {
        mode: 'server',
        documentation: 'Resources are written by import jobs only.',
        resource: Object.entries(searchParameters).map(([type, parameters]) => ({
          type,
          versioning: 'versioned',
          readHistory: false,
          updateCreate: false,
          interaction: [{ code: 'read' }, { code: 'search-type' }],
          searchParam: [...always, ...Object.entries(parameters).map(([name, { kind }]) => ({ name, type: kind }))],
        })),
      },
    ],
  };
}
