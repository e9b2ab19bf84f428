import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Public, TenantApi, WecomCallback } from '../../src/modules/platform/access/access.decorators.js';
import { AccessDeclarations } from '../../src/modules/platform/access/access-declarations.js';

@Controller('forgotten')
class Forgotten {
  @Get()
  @Public()
  open(): void {}

  @Post('closed')
  send(): void {}

  /** No route: needs nobody's permission. */
  helper(): void {}
}

class Parent {
  @Get('inherited')
  inherited(): void {}
}

@Controller('child')
class Child extends Parent {
  @Get()
  @Public()
  own(): void {}
}

@WecomCallback()
@Controller('whole')
class Whole {
  @Post()
  receive(): void {}

  @Get()
  @TenantApi('notice:read')
  read(): void {}
}

async function boot(...controllers: Type[]): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers,
    providers: [AccessDeclarations],
  }).compile();
  await module.init();
  await module.close();
}

describe('the boot', () => {
  it('fails while a route does not say who may call it, and names the route', async () => {
    await expect(boot(Whole, Forgotten)).rejects.toThrow(/: POST Forgotten\.send$/);
  });

  it('fails for a route that a controller inherits', async () => {
    await expect(boot(Child)).rejects.toThrow(/GET Child\.inherited/);
  });

  it('goes on when every route or its controller says it', async () => {
    await expect(boot(Whole)).resolves.toBeUndefined();
  });
});
