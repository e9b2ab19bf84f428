import type { CorpDefinition, MemberDefinition, TagDefinition } from '../types/definitions.ts';

export const rootDepartmentId = 1;

export type Member = Required<MemberDefinition>;

/** One corp's directory: members, the department tree and tags. */
export class Corp {
  readonly corpId: string;
  readonly name: string;
  readonly type: 'verified' | 'unverified';
  readonly encryptedIds: boolean;
  readonly accountCap: number;
  /** Grows with every change, so that what is derived from the directory can be kept until then. */
  version = 1;
  private readonly members = new Map<string, Member>();
  private readonly departments = new Map<number, { id: number; name: string; parentId: number }>();
  private readonly tags = new Map<number, Required<TagDefinition>>();

  constructor(definition: CorpDefinition) {
    this.corpId = definition.corpId;
    this.name = definition.name ?? definition.corpId;
    this.type = definition.type ?? 'verified';
    this.encryptedIds = definition.encryptedIds ?? true;
    this.accountCap = definition.accountCap ?? 1000;
    this.departments.set(rootDepartmentId, { id: rootDepartmentId, name: this.name, parentId: 0 });
    for (const { id, name, parentId } of definition.departments ?? []) {
      const parent = id === rootDepartmentId ? 0 : (parentId ?? rootDepartmentId);
      this.departments.set(id, { id, name: name ?? `部门 ${id}`, parentId: parent });
    }
    for (const { id, name, userIds, departmentIds } of definition.tags ?? []) {
      this.tags.set(id, { id, name: name ?? `标签 ${id}`, userIds: userIds ?? [], departmentIds: departmentIds ?? [] });
    }
    for (const member of definition.members ?? []) this.putMember(member);
  }

  putMember(definition: MemberDefinition): Member {
    const member: Member = {
      userId: definition.userId,
      name: definition.name ?? definition.userId,
      alias: definition.alias ?? '',
      departments: definition.departments ?? [rootDepartmentId],
      licensed: definition.licensed ?? true,
      status: definition.status ?? 1,
      isAdmin: definition.isAdmin ?? false,
    };
    this.members.set(this.memberKey(member.userId), member);
    this.version++;
    return member;
  }

  removeMember(userId: string): boolean {
    this.version++;
    return this.members.delete(this.memberKey(userId));
  }

  /** Plain ids are case-insensitive, encrypted ids are not (d:96516). */
  memberKey(userId: string): string {
    return this.encryptedIds ? userId : userId.toLowerCase();
  }

  member(userId: string): Member | undefined {
    return this.members.get(this.memberKey(userId));
  }

  allMembers(): Member[] {
    return [...this.members.values()];
  }

  admin(): Member | undefined {
    return this.allMembers().find((member) => member.isAdmin && member.status === 1);
  }

  hasDepartment(id: number): boolean {
    return this.departments.has(id);
  }

  department(id: number): { id: number; name: string; parentId: number } | undefined {
    return this.departments.get(id);
  }

  allDepartments(): Array<{ id: number; name: string; parentId: number }> {
    return [...this.departments.values()];
  }

  tag(id: number): Required<TagDefinition> | undefined {
    return this.tags.get(id);
  }

  /** The department and everything below it. */
  subtree(departmentId: number): Set<number> {
    const found = new Set<number>();
    const open = this.departments.has(departmentId) ? [departmentId] : [];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      for (const one of this.departments.values()) if (one.parentId === id) open.push(one.id);
    }
    return found;
  }

  membersBelow(departmentId: number): Member[] {
    const ids = this.subtree(departmentId);
    return this.allMembers().filter((member) => member.departments.some((id) => ids.has(id)));
  }

  membersOfTag(tagId: number): Member[] {
    const tag = this.tags.get(tagId);
    if (tag === undefined) return [];
    const listed = new Set(tag.userIds.map((userId) => this.memberKey(userId)));
    const departments = new Set(tag.departmentIds.flatMap((id) => [...this.subtree(id)]));
    return this.allMembers().filter(
      (member) => listed.has(this.memberKey(member.userId)) || member.departments.some((id) => departments.has(id)),
    );
  }

  definition(): CorpDefinition {
    return {
      corpId: this.corpId,
      name: this.name,
      type: this.type,
      encryptedIds: this.encryptedIds,
      accountCap: this.accountCap,
      members: this.allMembers(),
      departments: this.allDepartments(),
      tags: [...this.tags.values()],
    };
  }
}
