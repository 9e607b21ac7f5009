import type { FeedName } from './feeds.ts';
import { document, message, type Planter, results } from './messages.ts';

/** A file to drop: its feed, its name, its bytes. */
export interface PlantedFile {
  readonly feed: FeedName;
  readonly name: string;
  readonly body: Buffer;
}

/** An object put straight into the inbox, as a sender may who knows no rule. */
export interface PlantedObject {
  readonly key: string;
  readonly body: Buffer;
}

/** Files whose messages end in every way; each file's name is a canary too. */
export function plantedFiles(plant: Planter): readonly PlantedFile[] {
  const file = (feed: FeedName, kind: string, body: Buffer | string): PlantedFile => ({
    feed,
    name: `${plant.word(`name of the ${kind} file`)}.${feed === 'canary-csv' || feed === 'canary-ignored' ? 'csv' : 'hl7'}`,
    body: Buffer.from(body),
  });
  return [
    file('canary-hl7', 'HL7', hl7Body(plant)),
    file('canary-refused', 'refused', message(plant, 'refused by the data store', { nameless: true })),
    file('canary-hl7', 'foreign', `${plant.word('a line of no format')} is not HL7.\n`),
    file('canary-csv', 'CSV', csvPatients(plant)),
    file('canary-ignored', 'ignored CSV', csvPatients(plant)),
    file(
      'canary-hl7',
      'damaged gzip',
      Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from(plant.word('a damaged gzip'))]),
    ),
  ];
}

/** Every way in which a message can end, but for those that end a whole drop. */
function hl7Body(plant: Planter): Buffer {
  const imported = message(plant, 'imported');
  const say = (text: string) => Buffer.from(text);
  return Buffer.concat([
    say(imported),
    say(imported),
    say(message(plant, 'result', { type: 'ORU^R01^ORU_R01', segments: results(plant) })),
    say(message(plant, 'document', { type: 'MDM^T02^MDM_T02', segments: document(plant) })),
    say(message(plant, 'odd values', { birth: plant.plant('PID-7 of no date', '19470231232941') })),
    say(message(plant, 'other event', { type: 'ADT^A08^ADT_A01' })),
    say(message(plant, 'test system', { processing: 'T' })),
    say(message(plant, 'odd processing id', { processing: plant.word('MSH-11') })),
    say(message(plant, 'unknown type', { type: 'QBP^Q22^QBP_Q21' })),
    say(message(plant, 'a name in MSH-9', { type: `${plant.word('MSH-9.1')}^${plant.word('MSH-9.2')}` })),
    say(message(plant, 'future', { time: '20991231081500+1000' })),
    say(message(plant, 'no time', { time: plant.word('MSH-7') })),
    say(message(plant, 'foreign identifier', { identifier: plant.word('PID-3.5') })),
    say(message(plant, 'undeclared charset', { charset: plant.word('MSH-18') })),
    wrongCharset(message(plant, 'wrong charset')),
    say(message(plant, 'no patient').replace(/\rPID\|[^\r]*/, '')),
    say(message(plant, 'long field', { segments: [`NTE|1||${'a'.repeat(70_000)}${plant.word('NTE-3 too long')}`] })),
    say(
      message(plant, 'broken into lines', {
        segments: [`${plant.word('a line of no segment')} says`, plant.word('a line of no field')],
      }),
    ),
    say(message(plant, 'bad MSH').replace('MSH|^~\\&', `MSH||||${plant.word('MSH-2')}`)),
    say(message(plant, 'truncated').slice(0, 40)),
  ]);
}

/** ISO 8859-1 bytes in a message that says UTF-8. */
function wrongCharset(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

const columns =
  'Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,GENDER,BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP';

function csvPatients(plant: Planter): string {
  const at = (column: string) => plant.word(`patients.${column}`);
  const row = (id: string) =>
    `${id},1951-08-19,,${plant.digits('patients.SSN')},${at('DRIVERS')},${at('PASSPORT')},Mrs.,${at('FIRST')},${at('LAST')},,${at('MAIDEN')},M,white,nonhispanic,F,${at('BIRTHPLACE')},${at('ADDRESS')},${at('CITY')},MA,${at('COUNTY')},25009,01970,${at('an unmapped column')}`;
  return [
    `${columns},${plant.word('header of an unmapped column')}`,
    row(plant.word('patients.Id')),
    row(''),
    `${plant.word('a ragged record')},1951-08-19`,
    row(plant.word('a bad date')).replace('1951-08-19', at('BIRTHDATE')),
    `"${plant.word('an open quote')},1951-08-19`,
    '',
  ].join('\n');
}

function csvObservations(plant: Planter, patient: string): string {
  const row = (value: string, time: string) =>
    `${time},${patient},,vital-signs,8480-6,${plant.word('observations.DESCRIPTION')},${value},${plant.word('observations.UNITS')},numeric`;
  return [
    'DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE',
    row('152.0', '2024-02-05T09:05:00Z'),
    row(plant.word('observations.VALUE'), '2024-02-06T09:05:00Z'),
    row('152.0', plant.word('observations.DATE')),
    '',
  ].join('\n');
}

/** Objects whose key itself is out of bounds, names nobody, or has a canary for a folder. */
export function plantedObjects(plant: Planter): readonly PlantedObject[] {
  const folder = plant.word('a folder in the key');
  const text = Buffer.from(message(plant, 'under a refused key'));
  const header = `Id,${plant.word('a column twice')},${plant.word('a column twice')}\n${plant.word('a cell under it')},,\n`;
  return [
    { key: `tenants/demo/in/canary-csv/${folder}/patients.csv`, body: Buffer.from(csvPatients(plant)) },
    {
      key: `tenants/demo/in/canary-csv/${folder}/observations.csv`,
      body: Buffer.from(csvObservations(plant, plant.word('patients.Id'))),
    },
    { key: `tenants/demo/in/canary-csv/${folder}/conditions.csv`, body: Buffer.from(header) },
    { key: `tenants/demo/in/canary-hl7/${plant.word('a key')} with spaces/../x.hl7`, body: text },
    { key: `tenants/demo/in/no-such-feed/${folder}.hl7`, body: text },
    { key: `tenants/nobody/in/canary-hl7/${folder}.hl7`, body: text },
    { key: `${plant.word('a key without a tenant')}.hl7`, body: text },
    { key: `tenants/${plant.word('a tenant of no form')}/in/${plant.word('a feed of no form')}/a.hl7`, body: text },
    { key: `tenants/demo/in/canary-hl7/${folder}-empty.hl7`, body: Buffer.alloc(0) },
  ];
}

/** Entries for the engines' bus: one good message, and every bad form. */
export function plantedEvents(plant: Planter): readonly { readonly DetailType: string; readonly Detail: string }[] {
  const entry = (detail: unknown) => ({
    DetailType: 'HL7 v2 Message',
    Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
  });
  const posted = { version: '1', tenant: 'demo', feed: 'canary-hl7' };
  const key = `tenants/demo/in/canary-hl7/${plant.word('key of a pointer')}.hl7`;
  return [
    entry({ ...posted, message: message(plant, 'posted') }),
    entry({ ...posted, message: plant.word('message of a posted event') }),
    entry({ ...posted, version: plant.word('version of an event'), message: plant.word('message beside it') }),
    entry({ ...posted, tenant: plant.word('tenant of an event'), message: plant.word('message of no tenant') }),
    entry({ ...posted, feed: `${plant.word('feed of an event')}/x`, message: plant.word('message of no feed') }),
    entry({ ...posted, [plant.word('member of an event')]: plant.word('value of a member') }),
    entry({ ...posted, message: { text: plant.word('message as an object') } }),
    entry({ ...posted, pointer: { bucket: 'tributary-inbox', key } }),
    entry({ ...posted, pointer: { bucket: plant.word('bucket of a pointer'), key: plant.word('key elsewhere') } }),
  ];
}
