import type { VisibleSet } from '../state/visible-range.ts';

const placeholder = /\$(userName|userAlias|userAliasOrName|departmentName)=([^$]+)\$/g;

/** 转译: replaces id placeholders by names; what is unknown or out of range stays as it was written (d:91846). */
export function translateIds(text: string, visible: VisibleSet): string {
  if (!text.includes('$')) return text;
  return text.replace(placeholder, (whole, kind: string, id: string) => nameOf(kind, id, visible) ?? whole);
}

function nameOf(kind: string, id: string, visible: VisibleSet): string | undefined {
  if (kind === 'departmentName') {
    const departmentId = /^\d+$/.test(id) ? Number(id) : Number.NaN;
    return visible.seesDepartment(departmentId) ? visible.corp.department(departmentId)?.name : undefined;
  }
  const member = visible.corp.member(id);
  if (member === undefined || !visible.sees(member)) return undefined;
  if (kind === 'userName') return member.name;
  if (member.alias !== '') return member.alias;
  return kind === 'userAliasOrName' ? member.name : undefined;
}
