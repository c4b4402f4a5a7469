/** The parts of the panel in which nodes are set up, by name. */

/** A part of the panel in which a node is set up. */
export type Section =
  | 'who'
  | 'mode'
  | 'outcomes'
  | 'due'
  | 'form'
  | 'operations'
  | 'policies'
  | 'copies'
  | 'prediction'
  | 'service'
  | 'action'
  | 'script'
  | 'decision'
  | 'events'
  | 'call'
  | 'ad_hoc'
  | 'condition'
  | 'required'
  | 'target'
  | 'outcome'
  | 'interrupting'
  | 'loop'
  | 'compensation';
