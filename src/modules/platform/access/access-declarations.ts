import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS } from './access.decorators.js';

/** Refuses to boot while some route does not say who may call it: forgetting must not end in an open door or a silent 403. */
@Injectable()
export class AccessDeclarations implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const undeclared = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? this.undeclaredOf(metatype) : []));
    if (undeclared.length > 0) {
      throw new Error(
        `These routes do not say who may call them; add @TenantApi, @WecomCallback or @Public: ${undeclared.join(', ')}`,
      );
    }
  }

  private undeclaredOf(controller: { prototype?: object; name: string }): string[] {
    const prototype = controller.prototype as Record<string, unknown> | undefined;
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as () => unknown;
      if (!Reflect.hasMetadata(PATH_METADATA, handler)) return [];
      const declared = this.reflector.getAllAndOverride<unknown>(ACCESS, [handler, controller as () => unknown]);
      if (declared !== undefined) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number];
      return [`${method} ${controller.name}.${name}`];
    });
  }
}
