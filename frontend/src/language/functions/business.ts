/** Business time functions (engine/language/functions/business.py). */
import type { Functions } from './function';

export const FUNCTIONS: Functions = {};
