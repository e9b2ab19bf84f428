/**
 * Placeholders that WeCom replaces by names when `enable_id_trans` is 1 (d:91889), with the longest name to expect, in 汉字.
 * Which length counts, the placeholder's or the name's, is not documented (messages.md §1.8), so both ends are kept.
 */
const LONGEST_EXPECTED: Readonly<Record<string, number>> = {
  userName: 8,
  userAlias: 8,
  userAliasOrName: 8,
  externalUserName: 8,
  departmentName: 10,
  chatName: 10,
  msgContent: 30,
};

const PLACEHOLDER =
  /\$(userName|userAlias|userAliasOrName|externalUserName|departmentName|chatName|msgContent)=[^$\s]+\$/g;

/** Splits a text into what stands as it is, and the 汉字 its placeholders may grow to. */
export function withoutPlaceholders(text: string): { rest: string; longestNames: number } {
  let longestNames = 0;
  const rest = text.replace(PLACEHOLDER, (_, kind: string) => {
    longestNames += LONGEST_EXPECTED[kind] ?? 0;
    return '';
  });
  return { rest, longestNames };
}
