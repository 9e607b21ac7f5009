export type ContextTrait = 'NEGATION' | 'PERTAINS_TO_FAMILY' | 'HYPOTHETICAL' | 'PAST_HISTORY' | 'LOW_CONFIDENCE';

/** Words that say something of the terms after them (`forward`) or before them (`backward`) in their sentence. */
export interface Cue {
  /** Undefined for words that look like a cue and are none; they keep the real cues from seeing them. */
  readonly trait?: ContextTrait;
  readonly reach: 'forward' | 'backward';
  readonly pattern: RegExp;
  /** The reach ends at a comma too. */
  readonly stopsAtComma?: true;
}

const RELATIVE =
  '(?:mother|father|parents?|brothers?|sisters?|siblings?|grandmother|grandfather|aunts?|uncles?|cousins?|daughters?|sons?)';
const BE = '(?:is|are|was|were|has been|have been)';

/** In order of precedence: words taken by one cue are not seen by a later one. */
export const cues: readonly Cue[] = [
  // Pseudo-negation.
  {
    reach: 'forward',
    pattern:
      /\bnot only\b|\bnot necessarily\b|\bnot certain (?:if|whether)\b|\bno doubt\b|\bwithout (?:any )?(?:difficulty|complications?)\b/gi,
  },
  {
    reach: 'forward',
    pattern:
      /\bno (?:significant |interval |further |recent |acute )?(?:change|increase|decrease|improvement|worsening)s? (?:in|of|to)\b/gi,
  },
  {
    reach: 'forward',
    pattern:
      /\b(?:has|have|had)? ?not (?:been )?(?:ruled out|excluded)\b|\bcannot (?:be )?(?:ruled? out|excluded?)\b/gi,
  },
  // Family: a relative who has it, not one who speaks of it or brings the patient.
  {
    trait: 'PERTAINS_TO_FAMILY',
    reach: 'forward',
    pattern:
      /\bfamily (?:medical )?history(?: (?:is|was))?(?: (?:significant|positive|notable|remarkable))?(?: (?:of|for))?|\bFH:/gi,
  },
  {
    trait: 'PERTAINS_TO_FAMILY',
    reach: 'forward',
    pattern: new RegExp(
      `(?<!\\bby (?:his |her |their |the |a )?)\\b${RELATIVE}(?:'s)? (?:also )?(?:has|had|have|with|suffers? from|died (?:of|from)|${BE} diagnosed with)(?: an?)?(?: history of)?\\b`,
      'gi',
    ),
  },
  {
    trait: 'PERTAINS_TO_FAMILY',
    reach: 'backward',
    pattern: new RegExp(`\\bin (?:his|her|their|the|a) ${RELATIVE}\\b`, 'gi'),
  },
  // Not (yet) there.
  {
    trait: 'HYPOTHETICAL',
    reach: 'forward',
    pattern:
      /\brule[- ]?out\b|\br\/o\b|\bif\b|\bin case of\b|\b(?:at )?(?:increased |high )?risk (?:of|for)\b|\bshould (?:he|she|they|the patient)\b/gi,
  },
  {
    trait: 'HYPOTHETICAL',
    reach: 'forward',
    pattern:
      /\breturn (?:to (?:the )?\w+ )?(?:for|if|with)\b|\b(?:monitor|watch|evaluate|screen|screening|prophylaxis|work-?up) for\b|\bto prevent\b/gi,
  },
  {
    trait: 'LOW_CONFIDENCE',
    reach: 'backward',
    pattern: new RegExp(`\\b${BE} (?:suspected|possible|probable|likely|unlikely|questionable)\\b`, 'gi'),
  },
  {
    trait: 'LOW_CONFIDENCE',
    reach: 'forward',
    stopsAtComma: true,
    pattern:
      /\b(?:possible|possibly|probable|probably|suspected|questionable|likely|presumed|may have|might have|could be)\b|\b(?:concern(?:ing)?|suspicious|suspicion) (?:for|of)\b/gi,
  },
  // Negation.
  {
    trait: 'NEGATION',
    reach: 'forward',
    pattern:
      /\bno (?:known |prior |previous )?(?:evidence|history|signs?|symptoms?|complaints?) (?:of|for)\b|\b(?:negative|free) (?:for|of)\b|\babsence of\b/gi,
  },
  {
    trait: 'NEGATION',
    reach: 'backward',
    pattern: new RegExp(
      `\\b(?:${BE} |not |\\b)(?:ruled out|excluded|not (?:seen|present|found|identified|detected|noted)|absent|denied|negative)\\b(?! for)`,
      'gi',
    ),
  },
  {
    trait: 'NEGATION',
    reach: 'forward',
    pattern:
      /\b(?:denies|denied|denying|without|never had|lacks|no longer (?:has|taking|on)|(?:not|doesn't|didn't) (?:have|show|report)|hasn't had|no|not|nor|neither)\b/gi,
  },
  // Past.
  {
    trait: 'PAST_HISTORY',
    reach: 'forward',
    pattern:
      /\b(?:past |prior |previous |remote )?(?:medical |surgical )?(?:history|hx)(?: (?:is|was))?(?: (?:significant|notable|remarkable))?(?: (?:of|for))|\bh\/o\b|\bPMH:/gi,
  },
  {
    trait: 'PAST_HISTORY',
    reach: 'forward',
    pattern: /\bstatus[- ]post\b|\bs\/p\b|\b(?:previous|previously|prior|former|formerly)\b/gi,
  },
  {
    trait: 'PAST_HISTORY',
    reach: 'backward',
    pattern: /\b(?:has |have |had )?resolved\b|\bin (?:childhood|the past|remission)\b|\byears ago\b/gi,
  },
];

/** Where the reach of a cue ends inside a sentence. */
export const scopeEnd =
  /\b(?:but|however|although|though|except|yet|whereas|nevertheless|aside from|apart from|which|who|because|due to|secondary to|reports?|reported|complains?|presents?|presented|admits?|endorses?|notes?|noted|shows?|showed|has|have|had|is|are|was|were|takes?|started|now|currently|today|the patient|patient|pt|he|she|they)\b/gi;
