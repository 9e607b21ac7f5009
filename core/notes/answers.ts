/**
 * What Comprehend Medical answers to DetectEntitiesV2, InferICD10CM and InferRxNorm, as far as findings need it
 * (https://docs.aws.amazon.com/comprehend-medical/latest/api/API_Entity.html and its siblings). Offsets are code points
 * from 0, within the text of the call.
 */
export interface Trait {
  readonly Name?: string;
  readonly Score?: number;
}

export interface Attribute {
  readonly Type?: string;
  readonly Score?: number;
  readonly BeginOffset?: number;
  readonly EndOffset?: number;
  readonly Text?: string;
  readonly Traits?: readonly Trait[];
}

export interface Concept {
  readonly Code?: string;
  readonly Description?: string;
  readonly Score?: number;
}

export interface Entity {
  readonly Category?: string;
  readonly Type?: string;
  readonly Score?: number;
  readonly BeginOffset?: number;
  readonly EndOffset?: number;
  readonly Text?: string;
  readonly Traits?: readonly Trait[];
  readonly Attributes?: readonly Attribute[];
  readonly ICD10CMConcepts?: readonly Concept[];
  readonly RxNormConcepts?: readonly Concept[];
}

export interface Answer {
  readonly Entities?: readonly Entity[];
  readonly ModelVersion?: string;
}

/** The answer for one piece of a note, and how many code points of the note stand before that piece. */
export interface PieceAnswer {
  readonly offset: number;
  readonly answer: Answer;
}

/** All answers for one note. Each operation may have been asked by pieces of its own. */
export interface NoteAnswers {
  readonly icd10: readonly PieceAnswer[];
  readonly rxnorm: readonly PieceAnswer[];
  readonly entities: readonly PieceAnswer[];
}
