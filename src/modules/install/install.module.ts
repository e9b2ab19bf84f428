import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/authorizations.module.js';
import { SuitesModule } from '../suites/suites.module.js';
import { InstallController } from './install.controller.js';
import { InstallService } from './install.service.js';
import { InstallState } from './install-state.js';

@Module({
  imports: [SuitesModule, AuthorizationsModule],
  controllers: [InstallController],
  providers: [InstallService, InstallState],
})
export class InstallModule {}
