from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AsiaUnboundConfig(AppConfig):
    default = True
    name = "asiaunbound"
    verbose_name = "Asia Unbound"


class StaffAdminConfig(AdminConfig):
    default = False
    default_site = "asiaunbound.admin_site.StaffSite"
