import type { VisibleRange } from '../types/authorizations.ts';
import { type Corp, type Member, rootDepartmentId } from './corp.ts';

/** What one app may see of one corp (可见范围), worked out once for a state of the directory. */
export class VisibleSet {
  readonly corp: Corp;
  readonly corpVersion: number;
  readonly range: VisibleRange;
  private readonly memberKeys = new Set<string>();
  private readonly departmentIds = new Set<number>();

  constructor(corp: Corp, range: VisibleRange) {
    this.corp = corp;
    this.corpVersion = corp.version;
    this.range = range;
    for (const userId of range.userIds) this.addMember(corp.member(userId));
    for (const id of range.departmentIds) {
      for (const below of corp.subtree(id)) this.departmentIds.add(below);
      for (const member of corp.membersBelow(id)) this.addMember(member);
    }
    for (const id of range.tagIds) for (const member of corp.membersOfTag(id)) this.addMember(member);
  }

  /** Disabled (2) and departed (5) members left the range: WeCom pushes `unsubscribe` for both (d:90376). */
  private addMember(member: Member | undefined): void {
    if (member !== undefined && member.status !== 2 && member.status !== 5) {
      this.memberKeys.add(this.corp.memberKey(member.userId));
    }
  }

  sees(member: Member): boolean {
    return this.memberKeys.has(this.corp.memberKey(member.userId));
  }

  /** The department itself must lie in the range; seeing its members is not enough (messages.md §10). */
  seesDepartment(id: number): boolean {
    return this.departmentIds.has(id);
  }

  /** A whole-corp range covers every tag, others only the tags they name. */
  seesTag(id: number): boolean {
    return this.range.tagIds.includes(id) || this.range.departmentIds.includes(rootDepartmentId);
  }

  members(): Member[] {
    return this.corp.allMembers().filter((member) => this.sees(member));
  }
}

export function fullRange(range: Partial<VisibleRange> | undefined): VisibleRange {
  const given = range ?? { departmentIds: [rootDepartmentId] };
  return { userIds: given.userIds ?? [], departmentIds: given.departmentIds ?? [], tagIds: given.tagIds ?? [] };
}
