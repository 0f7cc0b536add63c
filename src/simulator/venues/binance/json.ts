/** JSON as the venue writes it. */

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Record<string, Json>;
