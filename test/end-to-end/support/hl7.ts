/** One HL7 v2 message of segments; a test gives the fewest fields that make its point. */
export function hl7(...segments: readonly string[]): string {
  return `${segments.join('\r')}\r`;
}

interface Header {
  readonly type?: string;
  readonly processing?: string;
  readonly charset?: string;
  readonly time?: string;
}

/** MSH of a message that production feeds take. */
export function msh(control: string, header: Header = {}): string {
  const {
    type = 'ADT^A01^ADT_A01',
    processing = 'P',
    charset = 'UNICODE UTF-8',
    time = '20260105101500+0000',
  } = header;
  return `MSH|^~\\&|ADT|TESTSITE|TRIBUTARY|LAKE|${time}||${type}|${control}|${processing}|2.5.1|||||||${charset}`;
}

/** A whole small admission: patient, visit and one diagnosis. */
export function admission(control: string, medicalRecordNumber: string, header: Header = {}): string {
  return hl7(
    msh(control, header),
    'EVN|A01|20260105101500+0000',
    `PID|1||${medicalRecordNumber}^^^TESTSITE^MR||Testcase^Ada^^^^^L||19700101|F`,
    `PV1|1|I|1^1^1^TESTSITE||||||||||||||||V${medicalRecordNumber}^^^TESTSITE^VN|||||||||||||||||||||||||20260105101000+0000`,
    'DG1|1||J18.9^Pneumonia, unspecified organism^I10|||A',
  );
}
