/** What JSON can hold: the shape of everything that is persisted by value. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
